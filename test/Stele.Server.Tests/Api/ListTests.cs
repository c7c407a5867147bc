using System.Net;
using System.Text.Json;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Api;

/// <summary>Lists by page: entries by range and tag, collections, tags.</summary>
public sealed class ListTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string Version = "api-version=2022-05-13";
    private readonly Caller _caller = ledger.Contributor;

    [Theory]
    [InlineData("0.1-preview", "subLedgerId", "@nextLink")]
    [InlineData("2022-05-13", "collectionId", "nextLink")]
    public async Task Pages_hold_every_entry_of_the_range_once_in_order(
        string version, string collectionName, string linkName)
    {
        var collection = $"paged &#%+é {version}";
        var ids = new List<TransactionId>();
        for (var i = 0; i < 130; i++)
        {
            ids.Add(await _caller.AppendAsync($"{i}", collection));
            await _caller.AppendAsync("between", "others");
        }

        var path = $"/app/transactions?api-version={version}&{collectionName}={Uri.EscapeDataString(collection)}"
            + $"&fromTransactionId={ids[10]}&toTransactionId={ids[119]}";
        var pages = await PagesAsync(path, linkName);
        Assert.True(pages.Count > 1);
        var entries = pages.SelectMany(page => page.GetProperty("entries").EnumerateArray()).ToList();
        Assert.Equal(ids[10..120].Select(id => id.ToString()), Values(entries, "transactionId"));
        Assert.Equal(Enumerable.Range(10, 110).Select(i => $"{i}"), Values(entries, "contents"));
        Assert.All(entries, entry => Assert.Equal(collection, entry.GetProperty(collectionName).GetString()));
    }

    [Fact]
    public async Task A_link_repeats_what_its_page_was_asked_for_and_nothing_else()
    {
        var first = await _caller.AppendAsync("a", "linked");
        for (var i = 0; i < 130; i++) await _caller.AppendAsync("b", "linked");
        var last = await _caller.AppendAsync("c", "linked");
        // As one official client asks: with the version twice.
        var page = await _caller.GetAsync(
            $"/app/transactions?{Version}&collectionId=linked"
            + $"&fromTransactionId={first}&toTransactionId={last}&{Version}");
        Assert.Matches(
            $@"^/app/transactions\?{Version}&collectionId=linked&fromTransactionId=\d+\.\d+&toTransactionId={last}$",
            page.AssertOk().Json.GetProperty("nextLink").GetString());
    }

    [Fact]
    public async Task A_list_from_an_entry_just_written_has_it()
    {
        var id = await _caller.AppendAsync("fresh", "fresh");
        var page = await _caller.GetAsync($"/app/transactions?{Version}&collectionId=fresh&fromTransactionId={id}");
        var entry = Assert.Single(page.AssertOk().Json.GetProperty("entries").EnumerateArray());
        Assert.Equal("fresh", entry.GetProperty("contents").GetString());
        Assert.Equal("Ready", page.Json.GetProperty("state").GetString());
        Assert.False(page.Json.TryGetProperty("nextLink", out _));
    }

    [Fact]
    public async Task A_list_of_nothing_is_empty_and_ready()
    {
        var page = (await _caller.GetAsync($"/app/transactions?{Version}&collectionId=nothing")).AssertOk().Json;
        Assert.Empty(page.GetProperty("entries").EnumerateArray());
        Assert.Equal("Ready", page.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_list_from_behind_the_end_is_empty()
    {
        var id = await _caller.AppendAsync("text", "tail");
        var from = new TransactionId(id.View, new SeqNo(id.SeqNo.Value + 1000));
        var page = await _caller.GetAsync($"/app/transactions?{Version}&collectionId=tail&fromTransactionId={from}");
        Assert.Empty(page.AssertOk().Json.GetProperty("entries").EnumerateArray());
    }

    [Theory]
    [InlineData("fromTransactionId=abc", 400, "InvalidTransactionId", "fromTransactionId")]
    [InlineData("toTransactionId=2", 400, "InvalidTransactionId", "toTransactionId")]
    [InlineData("fromTransactionId=", 400, "InvalidTransactionId", "fromTransactionId")]
    [InlineData("fromTransactionId=2.20&toTransactionId=2.10", 400, "InvalidQueryParameterValue", "reversed")]
    [InlineData("fromTransactionId=1.5", 404, "InvalidTransactionId", "1.5")]
    [InlineData("toTransactionId=1.5", 404, "InvalidTransactionId", "1.5")]
    [InlineData("fromTransactionId=2.1&fromTransactionId=2.2", 400, "InvalidQueryParameterValue", "more than once")]
    [InlineData("after=x", 400, "InvalidQueryParameterValue", "unknown")]
    public async Task A_range_or_a_link_that_was_made_up_is_refused(
        string query, int status, string code, string messagePart) =>
        (await _caller.GetAsync($"/app/transactions?{Version}&{query}"))
            .AssertError((HttpStatusCode)status, code, messagePart);

    [Fact]
    public async Task Tags_filter_and_are_listed()
    {
        const string newest = "api-version=2026-07-31-preview&collectionId=tagged";
        foreach (var tags in (string[])["red,blue", "blue", "green"])
        {
            var path = $"/app/transactions?{newest}&tags={tags}";
            (await _caller.SendAsync("POST", path, $$"""{"contents":"{{tags}}"}""")).AssertOk();
        }

        var last = await _caller.AppendAsync("none", "tagged");
        var page = await _caller.GetAsync($"/app/transactions?{newest}&tag=blue&toTransactionId={last}");
        var entries = page.AssertOk().Json.GetProperty("entries").EnumerateArray();
        Assert.Equal(["red,blue", "blue"], Values(entries, "contents"));
        var all = (await _caller.GetAsync($"/app/collections/tags?{newest}")).AssertOk().Json.GetProperty("tags");
        Assert.Equal(["blue", "green", "red"], all.EnumerateArray().Select(tag => tag.GetString()));
        (await _caller.GetAsync($"/app/transactions?{newest}&tag=a,b"))
            .AssertError(HttpStatusCode.BadRequest, "InvalidQueryParameterValue", "one tag");
    }

    [Fact]
    public async Task Collections_are_listed_in_each_versions_words()
    {
        await _caller.AppendAsync("text", "listed");
        await _caller.AppendAsync("text");
        var collections = (await _caller.GetAsync($"/app/collections?{Version}"))
            .AssertOk().Json.GetProperty("collections");
        Assert.Contains("listed", collections.EnumerateArray().Select(c => c.GetProperty("collectionId").GetString()));
        var subLedgers = (await _caller.GetAsync("/app/subLedgerIds?api-version=0.1-preview")).AssertOk().Json;
        var names = subLedgers.GetProperty("subLedgerIds").EnumerateArray().Select(name => name.GetString()).ToList();
        Assert.Contains("listed", names);
        Assert.Contains("subledger:0", names);
    }

    [Fact]
    public async Task Collections_are_paged()
    {
        foreach (var batch in Enumerable.Range(0, 1001).Chunk(50))
            await Task.WhenAll(batch.Select(i => _caller.AppendAsync("text", $"page-{i:D4}")));
        var pages = await PagesAsync($"/app/collections?{Version}", "nextLink");
        Assert.Equal(2, pages.Count);
        var names = pages.SelectMany(page => page.GetProperty("collections").EnumerateArray())
            .Select(collection => collection.GetProperty("collectionId").GetString()!)
            .Where(name => name.StartsWith("page-", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(0, 1001).Select(i => $"page-{i:D4}"), names);
    }

    private static IEnumerable<string?> Values(IEnumerable<JsonElement> entries, string member) =>
        entries.Select(entry => entry.GetProperty(member).GetString());

    private async Task<List<JsonElement>> PagesAsync(string path, string linkName)
    {
        List<JsonElement> pages = [];
        for (var next = path; next is not null;)
        {
            var page = (await ledger.Reader.GetAsync(next)).AssertOk().Json;
            pages.Add(page);
            next = page.TryGetProperty(linkName, out var link) ? link.GetString() : null;
        }

        return pages;
    }
}
