using Stele.Ledger.Files;

namespace Stele.Replication.Tests;

/// <summary>The end of a node that is still busy.</summary>
public sealed class ClosingTests : IDisposable
{
    private readonly SmallLedger _ledger = new();

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public async Task Files_stay_open_until_the_repair_of_the_indexes_has_ended()
    {
        await LoseTheEndAsync();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var closing = new ManualResetEventSlim();
        var areOpen = true;
        var node = _ledger.Open(indexesLack: _ =>
        {
            begun.TrySetResult();
            closing.Wait();
            Thread.Sleep(200); // a node that does not wait has closed them by then
            areOpen &= Record.Exception(() => LedgerHead.Open(_ledger.HeadFile).Dispose()) is IOException;
        });
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        var end = node.DisposeAsync();
        closing.Set();
        await end;
        Assert.True(areOpen, "The files were closed while the repair ran.");
    }

    // The index reaches further than the ledger then, and is made again.
    private async Task LoseTheEndAsync()
    {
        await _ledger.FillAsync(records: 20);
        var head = await File.ReadAllBytesAsync(_ledger.HeadFile, TestContext.Current.CancellationToken);
        await using (var node = _ledger.Open())
        {
            for (var i = 0; i < 20; i++) await node.SubmitAsync(new Put($"lost {i}", "x"), untilCommitted: true);
        }
        await File.WriteAllBytesAsync(_ledger.HeadFile, head, TestContext.Current.CancellationToken);
        using var file = File.Open(Directory.GetFiles(_ledger.Files).Single(), FileMode.Open);
        file.SetLength(file.Length - 2_000);
    }
}
