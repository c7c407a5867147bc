using System.Net;
using System.Text.Json;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Api;

/// <summary>Appending entries: where they go, and what is refused.</summary>
public sealed class AppendTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string Path = "/app/transactions?api-version=2026-07-31-preview";
    private const string Good = """{"contents":"text"}""";

    private readonly Caller _caller = ledger.Contributor;

    [Theory]
    [InlineData("/app/transactions?api-version=0.1-preview", "subLedgerId", "subledger:0")]
    [InlineData("/app/transactions?api-version=0.1-preview&subLedgerId=old", "subLedgerId", "old")]
    [InlineData("/app/transactions?api-version=2022-05-13", "collectionId", "subledger:0")]
    [InlineData("/app/transactions?api-version=2022-05-13&collectionId=a%20b%26%C3%A9", "collectionId", "a b&é")]
    public async Task An_entry_goes_where_the_query_says(string path, string member, string collection)
    {
        var reply = (await _caller.SendAsync("POST", path, Good)).AssertOk();
        Assert.Equal(collection, reply.Json.GetProperty(member).GetString());
        Assert.Single(reply.Json.EnumerateObject());
        Assert.Equal("of-a-test", reply.Headers.GetValues("x-ms-client-request-id").Single());
    }

    [Fact]
    public async Task Ids_ascend_and_positions_never_lie_behind_them()
    {
        var first = await _caller.AppendAsync("one");
        var second = await _caller.AppendAsync("two");
        Assert.True(first < second);
        var read = await _caller.GetAsync("/app/transactions/current?api-version=2022-05-13");
        Assert.True(read.Id >= second);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("application/merge-patch+json")]
    public async Task Json_content_types_are_taken(string contentType) =>
        (await _caller.SendAsync("POST", Path, Good, contentType)).AssertOk();

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Other_content_types_are_refused(string contentType) =>
        (await _caller.SendAsync("POST", Path, Good, contentType))
            .AssertError(HttpStatusCode.UnsupportedMediaType, "UnsupportedContentType", "application/json");

    [Theory]
    [InlineData("", "must be like {\"contents\":\"text\"}")]
    [InlineData("not json", "is not JSON")]
    [InlineData("[]", "JSON object like")]
    [InlineData("\"text\"", "JSON object like")]
    [InlineData("null", "JSON object like")]
    [InlineData("{}", "no contents")]
    [InlineData("""{"content":"text"}""", "unknown")]
    [InlineData("""{"contents":null}""", "must be a JSON string")]
    [InlineData("""{"contents":{"a":1}}""", "must be a JSON string")]
    [InlineData("""{"contents":1}""", "must be a JSON string")]
    [InlineData("""{"contents":"a","contents":"b"}""", "twice")]
    [InlineData("""{"contents":"a"} x""", "is not JSON")]
    [InlineData("""{"contents":"a","more":1}""", "unknown")]
    [InlineData("""{"contents":"\ud800"}""", "Unicode")]
    [InlineData("""{"contents":"a","preHooks":[{"functionId":"f"}]}""", "user-defined function f")]
    [InlineData("""{"contents":"a","postHooks":[{"functionId":"f"}]}""", "user-defined function f")]
    [InlineData("""{"contents":"a","postHooks":[{"function":"f"}]}""", "postHooks")]
    [InlineData("""{"contents":"a","postHooks":{"functionId":"f"}}""", "postHooks")]
    [InlineData("""{"contents":"a","collectionId":"elsewhere"}""", "name it in the query")]
    [InlineData("""{"contents":"a","transactionId":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]}""", "deeper")]
    public async Task A_body_that_is_not_an_entry_is_refused(string body, string messagePart) =>
        (await _caller.SendAsync("POST", Path, body))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput", messagePart);

    [Theory]
    [InlineData("""{"contents":"a","preHooks":[],"postHooks":null}""")]
    [InlineData("""{"contents":"a","collectionId":"subledger:0","transactionId":"2.5"}""")]
    [InlineData("""{"contents":""}""")]
    public async Task An_entry_that_was_read_can_be_written_back(string body) =>
        (await _caller.SendAsync("POST", Path, body)).AssertOk();

    [Fact]
    public async Task Contents_up_to_the_limit_are_taken_however_they_are_escaped_and_no_more()
    {
        var most = string.Concat(Enumerable.Repeat("\\u0001", LedgerFixture.EntryBytesMax));
        (await _caller.SendAsync("POST", Path, $$"""{"contents":"{{most}}"}""")).AssertOk();
        var over = new string('é', (LedgerFixture.EntryBytesMax / 2) + 1);
        var farOver = new string('a', LedgerFixture.EntryBytesMax * 7);
        foreach (var contents in (string[])[over, farOver])
        {
            var reply = await _caller.SendAsync("POST", Path, $$"""{"contents":"{{contents}}"}""");
            reply.AssertError(
                HttpStatusCode.RequestEntityTooLarge, "RequestBodyTooLarge", $"{LedgerFixture.EntryBytesMax} bytes");
        }
    }

    [Fact]
    public async Task A_body_that_is_announced_far_over_the_limit_is_refused_unread()
    {
        await using var connection = await RawConnection.OpenAsync(ledger.Host.LedgerUri.Port, _caller.Certificate);
        await connection.SendAsync(
            $"POST {Path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {LedgerFixture.EntryBytesMax * 10}\r\n\r\n");
        var (status, _, body) = await connection.ReadAnswerAsync();
        Assert.Equal(413, status);
        Assert.Contains("RequestBodyTooLarge", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("collectionId=", "collectionId must be 1 to 256")]
    [InlineData("collectionId=a%00b", "control characters")]
    [InlineData("collectionId=a%0Ab", "control characters")]
    [InlineData("collectionId=%FF", "bytes must be UTF-8")]
    [InlineData("collectionId=a&collectionId=b", "more than once")]
    [InlineData("colectionId=a", "colectionId is unknown here")]
    [InlineData("colectionId=b", "this operation takes api-version, collectionId, tags, waitForCommit")]
    [InlineData("collectionid=a", "collectionid is unknown here")]
    [InlineData("subLedgerId=a", "it is in 0.1-preview")]
    [InlineData("fromTransactionId=2.1", "unknown")]
    [InlineData("waitForCommit=yes", "true or false")]
    [InlineData("tags=a,,b", "1 to 64 characters")]
    [InlineData("tags=", "1 to 64 characters")]
    [InlineData("tags=a,b,c,d,e,f", "at most 5")]
    [InlineData("%3Cscript%3E=1", "in this query is unknown")]
    public async Task A_query_that_is_not_understood_writes_nothing(string query, string messagePart)
    {
        var before = (await _caller.GetAsync("/app/enclaveQuotes?api-version=2022-05-13")).Id;
        var reply = await _caller.SendAsync("POST", $"{Path}&{query}", Good);
        reply.AssertError(HttpStatusCode.BadRequest, "InvalidQueryParameterValue", messagePart);
        // Signatures may follow older writes, so ids alone do not show it; the collection's entries do.
        Assert.True(reply.Id >= before);
        (await _caller.GetAsync("/app/transactions/current?api-version=2022-05-13&collectionId=a"))
            .AssertError(HttpStatusCode.NotFound, "UnknownLedgerEntry");
    }

    [Fact]
    public async Task Long_names_have_a_limit_each()
    {
        var longest = $"{Path}&collectionId={new string('c', 256)}&tags={new string('t', 64)}";
        (await _caller.SendAsync("POST", longest, Good)).AssertOk();
        (await _caller.SendAsync("POST", $"{Path}&collectionId={new string('c', 257)}", Good))
            .AssertError(HttpStatusCode.BadRequest, "InvalidQueryParameterValue", "256");
        (await _caller.SendAsync("POST", $"{Path}&tags={new string('t', 65)}", Good))
            .AssertError(HttpStatusCode.BadRequest, "InvalidQueryParameterValue", "64");
    }

    [Theory]
    [InlineData("tags", "2024-12-09-preview, 2026-07-31-preview")]
    [InlineData("waitForCommit", "2026-07-31-preview")]
    public async Task A_parameter_of_a_later_version_is_named_with_its_versions(string name, string versions) =>
        (await _caller.SendAsync("POST", $"/app/transactions?api-version=2022-05-13&{name}=true", Good))
            .AssertError(
                HttpStatusCode.BadRequest,
                "InvalidQueryParameterValue",
                $"{name} is not in api-version 2022-05-13",
                versions);

    [Fact]
    public async Task Waiting_for_the_commit_brings_the_receipt()
    {
        var reply = (await _caller.SendAsync("POST", $"{Path}&waitForCommit=true&collectionId=w", Good)).AssertOk();
        Assert.Equal("w", reply.Json.GetProperty("collectionId").GetString());
        Assert.Equal("Committed", reply.Json.GetProperty("state").GetString());
        Assert.Equal(reply.Id.ToString(), reply.Json.GetProperty("transactionId").GetString());
        Assert.Equal(JsonValueKind.Object, reply.Json.GetProperty("receipt").ValueKind);
        var claim = reply.Json.GetProperty("applicationClaims")[0].GetProperty("ledgerEntry");
        Assert.Equal("text", claim.GetProperty("contents").GetString());
        var status = await _caller.GetAsync($"/app/transactions/{reply.Id}/status?api-version=2022-05-13");
        Assert.Equal("Committed", status.Json.GetProperty("state").GetString());
    }
}
