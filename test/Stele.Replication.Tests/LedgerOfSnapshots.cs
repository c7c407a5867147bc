using Stele.Ledger.Snapshots;

namespace Stele.Replication.Tests;

/// <summary>A small ledger of many records, several files, and snapshots, filled once: each test takes a copy of it.</summary>
public sealed class LedgerOfSnapshots : IAsyncLifetime
{
    public const int Records = 2000;

    internal SmallLedger Ledger { get; } = new() { SnapshotEntries = 300 };

    public async ValueTask InitializeAsync()
    {
        await Ledger.FillAsync(records: 0, chunkBytes: 20_000);
        await FillOnAsync(Ledger);
    }

    public ValueTask DisposeAsync()
    {
        Ledger.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Writes the records, until there is a snapshot of the second half.</summary>
    internal static async Task FillOnAsync(SmallLedger ledger)
    {
        await using var node = ledger.Open(chunkBytes: 20_000);
        for (var i = 0; i < Records; i += 50)
        {
            await Task.WhenAll(Enumerable.Range(i, 50).Select(
                n => node.SubmitAsync(new Put($"key {n % 700}", $"value {n}"), untilCommitted: true)));
        }
        // Snapshots are taken behind the writer.
        while (!Directory.GetFiles(ledger.SnapshotDirectory, "*.committed").Any(IsOfTheSecondHalf))
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    private static bool IsOfTheSecondHalf(string file) =>
        SnapshotName.TryParse(Path.GetFileName(file), out var name) && name.SeqNo.Value > Records / 2;
}
