using Stele.Cryptography.Sealing;
using Stele.Ledger.Files;
using Stele.Ledger.Recovery;
using Stele.Ledger.Snapshots;
using Stele.Receipts;
using Stele.Replication.Network;
using Stele.Replication.Receipts;
using Stele.Replication.Sequencing;

namespace Stele.Replication.Snapshots;

/// <summary>
/// Takes a snapshot each time so many entries have been committed, so that a start reads only what is behind it.
/// </summary>
/// <remarks>
/// A snapshot is on disk only together with the receipt of the transaction that records it: one that a crash cuts short
/// leaves nothing but that transaction. What goes wrong here never disturbs the ledger; the next one is tried in its turn.
/// </remarks>
internal sealed class SnapshotTaker(
    LedgerState state, LedgerFiles files, ReceiptBuilder receipts, ILedgerWriter writer, CommitSignal commit,
    SnapshotDirectory directory, LedgerSecret secret, int interval)
{
    /// <summary>Why the last snapshot that was tried is not there; null where it is.</summary>
    public string? Failure { get; private set; }

    /// <summary>Takes snapshots until it is told to stop.</summary>
    /// <param name="last">The seqno of the last snapshot there is.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(SeqNo last, CancellationToken stop)
    {
        try
        {
            while (writer.Stopped is null)
            {
                await commit.ReachAsync(new SeqNo(last.Value + interval), stop);
                // A snapshot is recorded in the ledger, by who writes there.
                last = writer.Role == NodeRole.Primary ? await TryTakeAsync() : commit.Committed.SeqNo;
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private async Task<SeqNo> TryTakeAsync()
    {
        var signed = state.LastSigned!;
        try
        {
            await TakeAsync(signed);
            Failure = null;
        }
        catch (Exception failure)
        {
            Failure = failure.Message;
        }
        return signed.Id.SeqNo;
    }

    private async Task TakeAsync(SignedState signed)
    {
        var entry = SnapshotWriter.Write(signed.ToSnapshot(), secret);
        var evidence = SnapshotEvidence.Of(entry, signed.Id.SeqNo);
        // What follows is slow, and other callers are answered on the thread that answers this one.
        var (recorded, _) = await writer.SubmitAsync(new RecordSnapshot(evidence), untilCommitted: true)
            .ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var receipt = files.Read(recorded.SeqNo) is { } record ? receipts.Build(record) : null;
        if (receipt is null) throw new LedgerCorruptException(files.DirectoryPath, 0, recorded.SeqNo, "it has no receipt");
        directory.Write(new SnapshotName(signed.Id.SeqNo, recorded.SeqNo), new SnapshotFile(entry, Of(receipt)));
        directory.Prune();
    }

    private static SnapshotReceipt Of(Receipt receipt) => new()
    {
        NodeCertificate = receipt.NodeCertificate,
        NodeId = receipt.NodeId!,
        WriteSetDigest = receipt.Leaf.WriteSetDigest,
        CommitEvidence = receipt.Leaf.CommitEvidence,
        ClaimsDigest = receipt.Leaf.ClaimsDigest,
        Proof = receipt.Proof,
        Signature = receipt.Signature,
    };
}
