using System.Net;
using Stele.Governance.Users;
using Stele.Server.Api;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Api;

/// <summary>Every operation of the table, called by everyone there is.</summary>
public sealed class AccessTests(Everyone ledger) : IClassFixture<Everyone>
{
    private static int _roles;

    public static TheoryData<int> Numbers() => [.. Enumerable.Range(0, Operations.All.Count)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task An_operation_is_for_those_who_have_its_permission(int operationNumber)
    {
        var operation = Operations.All[operationNumber];
        // What stands at a transaction's id is there; of other names nothing is known.
        var transaction = await ledger.Contributor.AppendAsync("entry");
        var mayMiss = operation.Path.ToString() is var path && !path.Contains("{transactionId}", StringComparison.Ordinal)
            && (path.Contains('{', StringComparison.Ordinal) || path.EndsWith("/modules", StringComparison.Ordinal)
                || (path == "/app/roles" && operation.Method == "PATCH"));
        foreach (var who in ledger.All)
        {
            var reply = await CallAsync(who.Caller, operation, operation.Versions.Last(), who.Authorization, $"{transaction}");
            if (who is { Refusal: { } why, Authorization: not null })
            {
                reply.AssertBadToken(why);
            }
            else if (who.Refusal is { } refusal)
            {
                reply.AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo", refusal);
            }
            else if (operation.Permissions.FirstOrDefault(permission => !who.May(permission)) is { } lacking)
            {
                reply.AssertError(
                    HttpStatusCode.Forbidden, "NotAllowed", $"Not allowed to call {operation}",
                    $"{lacking.LeastRole} is needed", lacking.Action, "stele user add ");
            }
            else
            {
                // Whoever has that permission alone gives nobody a right that they do not have themselves.
                var isBeyond = Gives(operation.Permission) && !who.May(Permission.WriteNodes)
                    && reply.Status == HttpStatusCode.Forbidden
                    && reply.ErrorMessage.StartsWith("Refused: nobody gives", StringComparison.Ordinal);
                Assert.True(
                    isBeyond || (int)reply.Status is 200 or 201 or 204 || (mayMiss && (int)reply.Status == 404),
                    $"{operation} by {who.Name}: {reply.Text}");
            }

            Assert.True(reply.Id > default(TransactionId));
            Assert.Equal("same-origin", reply.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
            Assert.Equal("of-a-test", reply.Headers.GetValues("x-ms-client-request-id").Single());
        }
    }

    [Fact]
    public void Every_permission_is_that_of_an_operation() =>
        Assert.All(Permission.All, permission => Assert.Contains(Operations.All, operation => operation.Permission == permission));

    [Fact]
    public async Task What_was_not_allowed_was_not_done()
    {
        var before = await ledger.Contributor.AppendAsync("before", "guarded");
        foreach (var who in ledger.All.Where(who => !who.May(Permission.Append)))
        {
            var reply = await who.Caller.SendAsync(
                "POST",
                "/app/transactions?api-version=2022-05-13&collectionId=guarded",
                """{"contents":"forbidden"}""",
                authorization: who.Authorization);
            Assert.True((int)reply.Status is 401 or 403, reply.Text);
        }

        var list = await ledger.Reader.GetAsync(
            $"/app/transactions?api-version=2022-05-13&collectionId=guarded&fromTransactionId={before}");
        var entry = Assert.Single(list.AssertOk().Json.GetProperty("entries").EnumerateArray());
        Assert.Equal("before", entry.GetProperty("contents").GetString());
    }

    // What makes users, roles or code; an administrator may all of it.
    private static bool Gives(Permission permission) =>
        permission == Permission.WriteUsers || permission == Permission.DeleteUsers || permission == Permission.WriteRoles
        || permission == Permission.DeleteRoles || permission == Permission.WriteFunctions;

    internal static Task<Reply> CallAsync(
        Caller caller, Operation operation, ApiVersion version, string? authorization = null, string transaction = "2.1")
    {
        var path = operation.Path.ToString()
            .Replace("{transactionId}", transaction, StringComparison.Ordinal)
            .Replace("{userId}", "somebody", StringComparison.Ordinal)
            .Replace("{nodeId}", "some-node", StringComparison.Ordinal)
            .Replace("{functionId}", "some-function", StringComparison.Ordinal);
        var body = operation.Method switch
        {
            "POST" when path.EndsWith(":execute", StringComparison.Ordinal) => "{}",
            "POST" => """{"contents":"text"}""",
            "PUT" when path == "/app/userDefinedEndpoints" => """{"metadata":{"endpoints":{}},"modules":[]}""",
            "PUT" when path.StartsWith("/app/userDefined", StringComparison.Ordinal) => """{"code":"export function main() {}"}""",
            "PATCH" when path.StartsWith("/app/userDefined", StringComparison.Ordinal) => """{"max_execution_time_ms":1000}""",
            "PATCH" when path.StartsWith("/app/users", StringComparison.Ordinal) => """{"assignedRole":"Reader"}""",
            "PATCH" when path.StartsWith("/app/nodes", StringComparison.Ordinal) => """{"status":"Trusted"}""",
            "PATCH" => """{"assignedRoles":["Reader"]}""",
            "PUT" => $$"""{"roles":[{"roleName":"role-{{Interlocked.Increment(ref _roles)}}","roleActions":["/x"]}]}""",
            _ => null,
        };
        if (path == "/app/roles" && operation.Method == "DELETE") path += "?roleName=some-role";
        if (path == "/app/roles" && operation.Method == "PATCH") body = """{"roles":[{"roleName":"some-role","roleActions":["/y"]}]}""";
        if (path == "/app/signatures") path += $"?transactionId={transaction}";
        if (path.EndsWith("/modules", StringComparison.Ordinal)) path += "?module_name=none.js";
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return caller.SendAsync(operation.Method, $"{path}{separator}api-version={version}", body, authorization: authorization);
    }
}
