using System.Net.Http.Json;
using System.Text.Json;

namespace Stele.EndToEnd.Tests;

/// <summary>
/// The requests that the oldest client, azure-confidentialledger 1.0.0b1, makes (api-version 0.1-preview), as often and
/// as fast as it makes them: it gives a commit three looks, half a second apart.
/// </summary>
public sealed class OldestClientTests(RunningLedger ledger) : IDisposable
{
    private const string Version = "api-version=0.1-preview";
    // For tests that are not about how long it takes.
    private const int ManyLooks = 120;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly HttpClient _client = ledger.CreateClient();
    private readonly string _subLedger = $"sub ledger {Guid.NewGuid():N}";

    private string Scope => $"{Version}&subLedgerId={Uri.EscapeDataString(_subLedger)}";

    [Fact]
    public async Task An_append_is_committed_within_three_looks()
    {
        // A stall of the machine makes one late, and not the one after it; a ledger that is too slow, both.
        for (var i = 0; i < 20; i++)
            Assert.True(
                await IsCommittedAsync($"entry {i}") || await IsCommittedAsync($"entry {i} again"), $"Two appends were late: {i}.");
    }

    [Fact]
    public async Task An_entry_is_read_by_its_id_and_as_the_current_one()
    {
        var first = await AppendAsync("first");
        await AppendAsync("last");
        var answer = await ReadyAsync($"/app/transactions/{first}?{Scope}");
        var entry = answer.GetProperty("entry");
        Assert.Equal("first", entry.GetProperty("contents").GetString());
        Assert.Equal(_subLedger, entry.GetProperty("subLedgerId").GetString());
        Assert.Equal(first, entry.GetProperty("transactionId").GetString());
        Assert.False(entry.TryGetProperty("collectionId", out _), "The word of a later version.");
        var current = await GetAsync($"/app/transactions/current?{Scope}");
        Assert.Equal("last", current.GetProperty("contents").GetString());
    }

    [Fact]
    public async Task A_receipt_has_the_members_of_that_version()
    {
        var id = await AppendAsync("with a receipt");
        var answer = await ReadyAsync($"/app/transactions/{id}/receipt?{Version}");
        Assert.Equal(id, answer.GetProperty("transactionId").GetString());
        var receipt = answer.GetProperty("receipt");
        foreach (var member in (string[])["leaf", "nodeId", "root", "signature"])
            Assert.NotEmpty(receipt.GetProperty(member).GetString()!);
        Assert.NotEqual(0, receipt.GetProperty("proof").GetArrayLength());
    }

    [Fact]
    public async Task A_ranged_list_is_followed_by_its_next_links()
    {
        var ids = new List<string>();
        for (var i = 0; i < 250; i++)
            ids.Add(await AppendAsync($"entry {i}"));
        await ReadyAsync($"/app/transactions/{ids[^1]}?{Scope}");

        var (listed, pages) = (new List<string>(), 0);
        for (var next = $"/app/transactions?{Scope}&fromTransactionId={ids[0]}"; next is not null; pages++)
        {
            var page = await GetAsync(next);
            if (page.TryGetProperty("entries", out var entries))
                listed.AddRange(entries.EnumerateArray().Select(IdOf));
            next = page.TryGetProperty("@nextLink", out var link) ? link.GetString() : null;
        }

        Assert.Equal(ids, listed);
        Assert.True(pages > 1, "All came on one page.");
    }

    [Fact]
    public async Task Sub_ledgers_are_listed()
    {
        await AppendAsync("so that it is there");
        var answer = await GetAsync($"/app/subLedgerIds?{Version}");
        Assert.Contains(_subLedger, answer.GetProperty("subLedgerIds").EnumerateArray().Select(id => id.GetString()));
    }

    [Fact]
    public async Task Users_are_patched_as_plain_json()
    {
        var path = $"/app/users/{Guid.NewGuid()}?{Version}";
        using var patched = await _client.PatchAsJsonAsync(path, new { assignedRole = "Reader" }, Cancel);
        Assert.True(patched.IsSuccessStatusCode, await patched.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("Reader", (await GetAsync(path)).GetProperty("assignedRole").GetString());
        using var deleted = await _client.DeleteAsync(path, Cancel);
        Assert.Equal(204, (int)deleted.StatusCode);
    }

    public void Dispose() => _client.Dispose();

    private static string IdOf(JsonElement entry) => entry.GetProperty("transactionId").GetString()!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<string> AppendAsync(string contents)
    {
        using var answer = await _client.PostAsJsonAsync($"/app/transactions?{Scope}", new { contents }, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, body);
        Assert.Equal(_subLedger, JsonDocument.Parse(body).RootElement.GetProperty("subLedgerId").GetString());
        return Assert.Single(answer.Headers.GetValues("x-ms-ccf-transaction-id"));
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await _client.GetAsync(path, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    private async Task<string?> StateAsync(string path, string wanted, int looks)
    {
        var state = (await GetAsync(path)).GetProperty("state").GetString();
        for (var look = 1; look < looks && state != wanted; look++)
        {
            await Task.Delay(Pause, Cancel);
            state = (await GetAsync(path)).GetProperty("state").GetString();
        }

        return state;
    }

    private async Task<bool> IsCommittedAsync(string contents)
    {
        var id = await AppendAsync(contents);
        return await StateAsync($"/app/transactions/{id}/status?{Version}", "Committed", looks: 3) == "Committed";
    }

    private async Task<JsonElement> ReadyAsync(string path)
    {
        Assert.Equal("Ready", await StateAsync(path, "Ready", ManyLooks));
        return await GetAsync(path);
    }
}
