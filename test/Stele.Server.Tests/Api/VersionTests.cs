using System.Net;
using Stele.Server.Api;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Api;

/// <summary>Versions, paths and methods: what there is in each, and what is said of what there is not.</summary>
public sealed class VersionTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string All = "0.1-preview, 2022-05-13, 2024-12-09-preview, 2026-07-31-preview";

    private readonly Caller _caller = ledger.Administrator;

    public static TheoryData<int, string> EveryOperationInEveryVersion()
    {
        var all = new TheoryData<int, string>();
        for (var i = 0; i < Operations.All.Count; i++)
            foreach (var version in ApiVersion.All) all.Add(i, version.Name);
        return all;
    }

    [Theory]
    [MemberData(nameof(EveryOperationInEveryVersion))]
    public async Task An_operation_is_there_in_its_versions_alone(int operationNumber, string versionName)
    {
        var operation = Operations.All[operationNumber];
        Assert.True(ApiVersion.TryParse(versionName, out var version));
        var reply = await AccessTests.CallAsync(_caller, operation, version);
        if (operation.IsIn(version))
        {
            Assert.False((int)reply.Status is 400 or 401 or 403 or 405 or 500, reply.Text);
        }
        else
        {
            reply.AssertError(
                HttpStatusCode.NotFound,
                "ResourceNotFound",
                $"is not in api-version {version}",
                ApiVersion.Names(operation.Versions));
        }
    }

    [Theory]
    [InlineData("", "MissingApiVersionParameter")]
    [InlineData("?api-version=", "MissingApiVersionParameter")]
    [InlineData("?api-version", "MissingApiVersionParameter")]
    [InlineData("?API-version=2022-05-13", "MissingApiVersionParameter")]
    [InlineData("?api-version=2021-01-01", "UnsupportedApiVersionValue")]
    [InlineData("?api-version=2022-05-13%20", "UnsupportedApiVersionValue")]
    public async Task A_version_must_be_named_and_known(string query, string code) =>
        (await _caller.GetAsync("/app/enclaveQuotes" + query)).AssertError(HttpStatusCode.BadRequest, code, All);

    [Fact]
    public async Task One_version_may_be_named_twice_but_not_two()
    {
        (await _caller.GetAsync("/app/enclaveQuotes?api-version=2022-05-13&api-version=2022-05-13")).AssertOk();
        (await _caller.GetAsync("/app/enclaveQuotes?api-version=2022-05-13&api-version=0.1-preview"))
            .AssertError(HttpStatusCode.BadRequest, "InvalidQueryParameterValue", "more than once");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/app")]
    [InlineData("/app/nothing")]
    [InlineData("/APP/enclaveQuotes")]
    [InlineData("/app/enclavequotes")]
    [InlineData("/app/enclaveQuotes/")]
    [InlineData("/app//enclaveQuotes")]
    [InlineData("/app%2fenclaveQuotes")]
    [InlineData("/app/users/")]
    [InlineData("/app/users/a/b")]
    [InlineData("/app/transactions/2.1/receipt/more")]
    [InlineData("/app/transactions//receipt")]
    public async Task An_unknown_path_is_not_found(string path) =>
        (await _caller.GetAsync(path + "?api-version=2022-05-13"))
            .AssertError(HttpStatusCode.NotFound, "ResourceNotFound", "/app/");

    [Theory]
    [InlineData("DELETE", "/app/transactions", "POST, GET")]
    [InlineData("PUT", "/app/transactions", "POST, GET")]
    [InlineData("post", "/app/transactions", "POST, GET")]
    [InlineData("POST", "/app/users/somebody", "GET, PATCH, DELETE")]
    [InlineData("POST", "/app/transactions/current", "GET")]
    [InlineData("HEAD", "/app/enclaveQuotes", "GET")]
    [InlineData("OPTIONS", "/app/enclaveQuotes", "GET")]
    [InlineData("TRACE", "/app/enclaveQuotes", "GET")]
    public async Task Another_method_is_answered_with_those_there_are(string method, string path, string allowed)
    {
        var reply = await SendRawAsync(method, path);
        Assert.Equal(405, reply.Status);
        Assert.Contains($"Allow: {allowed}\r\n", reply.Head + "\r\n", StringComparison.Ordinal);
        if (method != "HEAD") Assert.Contains("UnsupportedHttpVerb", reply.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/app/users?api-version=2026-07-31-preview&after=")]
    [InlineData("/app/collections?api-version=2022-05-13&after=%01")]
    [InlineData("/app/collections?api-version=2022-05-13&skip=5")]
    [InlineData("/app/enclaveQuotes?api-version=2022-05-13&collectionId=a")]
    public async Task A_link_or_parameter_that_was_made_up_is_refused(string path)
    {
        var reply = await _caller.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.NotEqual("", reply.ErrorMessage);
    }

    private async Task<(int Status, string Head, string Body)> SendRawAsync(string method, string path)
    {
        await using var connection = await RawConnection.OpenAsync(ledger.Host.LedgerUri.Port, _caller.Certificate);
        await connection.SendAsync($"{method} {path}?api-version=2022-05-13 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return await connection.ReadAnswerAsync(withBody: method != "HEAD");
    }
}
