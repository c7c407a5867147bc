using System.Net.Http.Json;

namespace Stele.EndToEnd.Tests;

/// <summary>CCF's own Python verifier (<c>ccf.ledger</c>) over directories that Stele wrote.</summary>
public sealed class CcfVerifierTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("stele-ccf-");

    [Fact]
    public async Task It_accepts_a_ledger_that_was_stopped_and_started_again()
    {
        await using var ledger = await RunningLedger.StartAsync(_data.FullName);
        await AppendAsync(ledger, entries: 300, bytes: 100);
        await ledger.StopAsync();
        await ledger.StartAsync();
        await AppendAsync(ledger, entries: 120, bytes: 64 * 1024);
        await ledger.StopAsync();

        var run = await CcfVerifier.RunAsync(ledger.LedgerDirectory);
        Assert.StartsWith("verified ", run.Ok().Output, StringComparison.Ordinal);
        Assert.True(int.Parse(run.Output.Split(' ')[1]) > 420, run.Output);
        Assert.True(Directory.GetFiles(ledger.LedgerDirectory).Length > 1, "There is one file only.");
    }

    [Fact]
    public async Task It_accepts_a_ledger_after_a_kill()
    {
        await using var ledger = await RunningLedger.StartAsync(_data.FullName);
        await AppendAsync(ledger, entries: 200, bytes: 100);
        await ledger.KillAsync();
        await ledger.StartAsync();
        await AppendAsync(ledger, entries: 10, bytes: 100);
        await ledger.StopAsync();
        (await CcfVerifier.RunAsync(ledger.LedgerDirectory)).Ok();
    }

    [Fact]
    public async Task It_refuses_a_ledger_with_one_changed_bit()
    {
        await using var ledger = await RunningLedger.StartAsync(_data.FullName);
        await AppendAsync(ledger, entries: 10, bytes: 100);
        await ledger.StopAsync();
        (await CcfVerifier.RunAsync(ledger.LedgerDirectory)).Ok();

        var file = Directory.GetFiles(ledger.LedgerDirectory).Order(StringComparer.Ordinal).First();
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[200] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        Assert.Equal(1, (await CcfVerifier.RunAsync(ledger.LedgerDirectory)).ExitCode);
    }

    public void Dispose() => _data.Delete(recursive: true);

    private static async Task AppendAsync(RunningLedger ledger, int entries, int bytes)
    {
        using var client = ledger.CreateClient();
        await Parallel.ForEachAsync(Enumerable.Range(0, entries), async (i, cancel) =>
        {
            var entry = new { contents = new string((char)('a' + (i % 26)), bytes) };
            var path = $"/app/transactions?api-version=2022-05-13&collectionId=collection-{i % 7}";
            using var answer = await client.PostAsJsonAsync(path, entry, cancel);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancel));
        });
    }
}
