using Stele.Cryptography;
using Stele.Ledger.Files;

namespace Stele.Replication.Log;

/// <summary>
/// <em>Before this:</em> the sequencer, with a sealed batch. <em>Here:</em> one machine's disk makes it durable: ledger
/// file, flush, head. <em>Next:</em> the ledger files.
/// </summary>
/// <remarks>Runs on: a pool thread for each batch, one batch at a time.</remarks>
public sealed class LocalLog(LedgerFiles files, LedgerHead head, CommitRecord? committed) : ILedgerLog
{
    private CommitRecord _committed = committed ?? new CommitRecord(default, Digest.Zero);

    /// <inheritdoc/>
    public async Task AppendAsync(Batch batch)
    {
        // The caller goes on filling the next batch while this thread waits for the disk.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        files.Append([.. batch.Entries.Select(Place)]);
        _committed = batch.Commit ?? _committed;
        head.Write(new LedgerHeadRecord(batch.Entries[^1].Encoded.Id, files.End, _committed.Id, _committed.Root));
    }

    /// <inheritdoc/>
    public async Task CloseAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        head.Flush();
    }

    private static LedgerFileEntry Place(BatchEntry entry) =>
        new(entry.Encoded.Id.SeqNo, entry.Encoded.Bytes, MayEndFile: entry.IsSignature);
}
