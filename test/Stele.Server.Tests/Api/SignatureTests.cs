using System.Globalization;
using System.Net;
using System.Text.Json;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Api;

/// <summary>Entries newest first, and by the time of their signature.</summary>
public sealed class SignatureTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string Version = "api-version=2026-07-31-preview";
    private readonly Caller _caller = ledger.Contributor;

    [Fact]
    public async Task A_list_comes_newest_first_where_asked()
    {
        var ids = new List<TransactionId>();
        for (var i = 0; i < 130; i++) ids.Add(await _caller.AppendAsync($"{i}", "back"));
        var range = $"collectionId=back&fromTransactionId={ids[5]}&toTransactionId={ids[124]}";
        var first = (await _caller.GetAsync($"/app/transactions?{Version}&{range}&order=descending")).AssertOk().Json;
        var link = first.GetProperty("nextLink").GetString()!;
        Assert.EndsWith("&order=descending", link, StringComparison.Ordinal);
        var second = (await _caller.GetAsync(link)).AssertOk().Json;
        Assert.False(second.TryGetProperty("nextLink", out _));
        Assert.Equal(
            ids[5..125].Select(id => id.ToString()).Reverse(),
            from page in (JsonElement[])[first, second]
            from entry in page.GetProperty("entries").EnumerateArray()
            select entry.GetProperty("transactionId").GetString());
    }

    [Fact]
    public async Task The_newest_of_all_collections_come_newest_first_and_each_once()
    {
        var ids = new List<TransactionId>();
        for (var i = 0; i < 25; i++) ids.Add(await _caller.AppendAsync($"{i}", $"of-{i % 3}"));
        var seen = new List<JsonElement>();
        for (var link = $"/app/entries?{Version}&toTransactionId={ids[^1]}"; link is not null;)
        {
            var page = (await _caller.GetAsync(link)).AssertOk().Json;
            seen.AddRange(page.GetProperty("entries").EnumerateArray());
            link = page.TryGetProperty("nextLink", out var next) ? next.GetString() : null;
        }
        Assert.Equal(
            Enumerable.Range(0, 25).Reverse().Select(i => ($"{ids[i]}", $"of-{i % 3}", $"{i}")),
            seen.Take(25).Select(one => (Text(one, "transactionId"), Text(one, "collectionId"), Text(one, "contents"))));
    }

    [Fact]
    public async Task Looking_for_the_newest_ends_where_nothing_was_written_to_collections_for_long()
    {
        var id = await _caller.AppendAsync("before", "quiet");
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 520), TestContext.Current.CancellationToken, async (n, _) => await AddUserAsync($"user-{n}"));
        var last = await AddUserAsync("last");
        var first = (await _caller.GetAsync($"/app/entries?{Version}&toTransactionId={last}")).AssertOk().Json;
        Assert.Equal(0, first.GetProperty("entries").GetArrayLength());
        var page = first;
        while (page.GetProperty("entries").GetArrayLength() == 0)
            page = (await _caller.GetAsync(page.GetProperty("nextLink").GetString()!)).AssertOk().Json;
        Assert.Equal($"{id}", Text(page.GetProperty("entries")[0], "transactionId"));
    }

    [Fact]
    public async Task A_signature_tells_when_and_a_time_finds_it()
    {
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        var id = await _caller.AppendAsync("timed", "timed");
        var found = (await _caller.GetAsync($"/app/signatures?{Version}&transactionId={id}")).AssertOk().Json;
        Assert.InRange(found.GetProperty("time").GetDateTimeOffset(), before, TimeProvider.System.GetUtcNow());
        Assert.True(Id(found, "firstTransactionId") <= id && id < Id(found, "transactionId"));
        var since = (await _caller.GetAsync($"/app/signatures?{Version}&time={At(before)}")).AssertOk().Json;
        Assert.True(Id(since, "firstTransactionId") <= id);
        var later = await _caller.GetAsync($"/app/signatures?{Version}&time={At(before.AddHours(1))}");
        later.AssertError(HttpStatusCode.NotFound, "ResourceNotFound", "All signatures are older");
    }

    [Theory]
    [InlineData("/app/transactions?api-version=2026-07-31-preview&order=up", "order must be ascending or descending")]
    [InlineData("/app/transactions?api-version=2022-05-13&order=descending", "order is not in api-version 2022-05-13")]
    [InlineData("/app/entries?api-version=2026-07-31-preview&toTransactionId=2", "toTransactionId is not a transaction id")]
    [InlineData("/app/signatures?api-version=2026-07-31-preview", "Give either time or transactionId")]
    [InlineData("/app/signatures?api-version=2026-07-31-preview&time=2026-07-31", "RFC 3339")]
    [InlineData("/app/signatures?api-version=2026-07-31-preview&time=2026-07-31T12:00:00Z&transactionId=2.1", "Give either")]
    public async Task What_is_asked_wrongly_is_refused(string path, string message)
    {
        var refused = await _caller.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains(message, refused.ErrorMessage, StringComparison.Ordinal);
    }

    private static string At(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private async Task<TransactionId?> AddUserAsync(string name) =>
        (await ledger.Administrator.SendAsync(
            "PATCH", $"/app/users/{name}?{Version}", """{"assignedRole":"Reader"}""", "application/merge-patch+json")).AssertOk().Id;

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;

    private static TransactionId Id(JsonElement found, string name) =>
        TransactionId.TryParse(found.GetProperty(name).GetString()!, out var id) ? id : throw new InvalidDataException(name);
}
