using System.Net;
using Stele.Governance.Users;
using Stele.Server.Api;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Api;

/// <summary>Every operation of the table, called by everyone there is.</summary>
public sealed class AccessTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private static readonly string[] Callers =
        ["nobody", "bearer", "unknown", "expired", "early", "Reader", "Contributor", "Administrator"];

    public static TheoryData<int, string> Everyone()
    {
        var all = new TheoryData<int, string>();
        for (var i = 0; i < Operations.All.Count; i++)
            foreach (var who in Callers) all.Add(i, who);

        return all;
    }

    [Theory]
    [MemberData(nameof(Everyone))]
    public async Task An_operation_is_for_those_whose_role_reaches_it(int operationNumber, string who)
    {
        var operation = Operations.All[operationNumber];
        var token = who == "bearer" ? "Bearer abc" : null;
        var reply = await CallAsync(CallerOf(who), operation, operation.Versions.Last(), token);
        if (!Enum.TryParse<Role>(who, out var role))
        {
            var expected = who switch
            {
                "nobody" => "No client certificate",
                "bearer" => "Bearer tokens",
                "unknown" => $"stele user add {ledger.Unknown.Id} --role reader",
                "expired" => "expired at",
                _ => "not valid before",
            };
            reply.AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo", expected);
        }
        else if (role < operation.LeastRole)
        {
            reply.AssertError(
                HttpStatusCode.Forbidden,
                "NotAllowed",
                $"Not allowed to call {operation}",
                CallerOf(who).Id.Value,
                $"has role {role}, {operation.LeastRole} is needed",
                $"stele user add {CallerOf(who).Id} --role {operation.LeastRole.ToString().ToLowerInvariant()}");
        }
        else
        {
            Assert.True((int)reply.Status is 200 or 204 or 404, $"{reply.Status}: {reply.Text}");
        }

        Assert.True(reply.Id > default(TransactionId));
        Assert.Equal("of-a-test", reply.Headers.GetValues("x-ms-client-request-id").Single());
    }

    [Fact]
    public async Task What_was_not_allowed_was_not_done()
    {
        var before = await ledger.Contributor.AppendAsync("before", "guarded");
        foreach (var who in (string[])["nobody", "unknown", "expired", "early", "Reader"])
        {
            var reply = await CallerOf(who).SendAsync(
                "POST",
                "/app/transactions?api-version=2022-05-13&collectionId=guarded",
                """{"contents":"forbidden"}""");
            Assert.True((int)reply.Status is 401 or 403, reply.Text);
        }

        var list = await ledger.Reader.GetAsync(
            $"/app/transactions?api-version=2022-05-13&collectionId=guarded&fromTransactionId={before}");
        var entry = Assert.Single(list.AssertOk().Json.GetProperty("entries").EnumerateArray());
        Assert.Equal("before", entry.GetProperty("contents").GetString());
    }

    internal static Task<Reply> CallAsync(
        Caller caller, Operation operation, ApiVersion version, string? authorization = null)
    {
        var path = operation.Path.ToString()
            .Replace("{transactionId}", "2.1", StringComparison.Ordinal)
            .Replace("{userId}", "somebody", StringComparison.Ordinal)
            .Replace("{nodeId}", "some-node", StringComparison.Ordinal);
        var body = operation.Method switch
        {
            "POST" => """{"contents":"text"}""",
            "PATCH" when path.StartsWith("/app/users", StringComparison.Ordinal) => """{"assignedRole":"Reader"}""",
            "PATCH" when path.StartsWith("/app/nodes", StringComparison.Ordinal) => """{"status":"Trusted"}""",
            "PATCH" => """{"assignedRoles":["Reader"]}""",
            _ => null,
        };
        return caller.SendAsync(operation.Method, $"{path}?api-version={version}", body, authorization: authorization);
    }

    private Caller CallerOf(string who) => who switch
    {
        "unknown" => ledger.Unknown,
        "expired" => ledger.Expired,
        "early" => ledger.NotYetValid,
        "Reader" => ledger.Reader,
        "Contributor" => ledger.Contributor,
        "Administrator" => ledger.Administrator,
        _ => ledger.WithoutCertificate,
    };
}
