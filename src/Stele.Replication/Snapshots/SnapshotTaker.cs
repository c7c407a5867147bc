using Stele.Cryptography;
using Stele.Ledger.Files;
using Stele.Ledger.Recovery;
using Stele.Ledger.Secrets;
using Stele.Ledger.Snapshots;
using Stele.Receipts;
using Stele.Replication.Network;
using Stele.Replication.Receipts;
using Stele.Replication.Sequencing;

namespace Stele.Replication.Snapshots;

/// <summary>
/// Takes a snapshot each time so many entries have been committed, so that a start reads only what is behind it, and a node
/// that joins finds one wherever it asks.
/// </summary>
/// <remarks>
/// The primary writes into the ledger what the snapshot's digest is, and each node, having taken the same snapshot, puts it
/// in place together with the receipt of that transaction: one that a crash cuts short leaves nothing but the transaction,
/// and the next start makes the file. What goes wrong here never disturbs the ledger; the next one is tried in its turn.
/// </remarks>
internal sealed class SnapshotTaker(
    LedgerState state, LedgerFiles files, ReceiptBuilder receipts, ILedgerWriter writer, CommitSignal commit,
    SnapshotDirectory directory, SecretKeeper secrets, int interval)
{
    private SignedState? _made;
    private ReadOnlyMemory<byte> _entry;
    private SeqNo _proposed;

    /// <summary>Why the last snapshot that was tried is not there; null where it is.</summary>
    public string? Failure { get; private set; }

    /// <summary>Takes snapshots until it is told to stop.</summary>
    /// <param name="last">The seqno of the last snapshot there is.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(SeqNo last, CancellationToken stop)
    {
        var seen = last;
        try
        {
            while (true)
            {
                var demanded = state.SnapshotDemanded;
                var isDue = state.SnapshotDue?.Id.SeqNo > last || demanded.IsCompleted;
                var reached = commit.ReachAsync(isDue ? seen.Next : new SeqNo(Math.Max(seen.Value + 1, last.Value + interval)), stop);
                if (isDue || await Task.WhenAny(reached, demanded) == reached) await reached;
                seen = commit.Committed.SeqNo;
                if (state.SnapshotDue is { } due && due.Id.SeqNo > last && await TryTakeAsync(due)) last = due.Id.SeqNo;
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    // Whether this one is over, for good or ill.
    private async Task<bool> TryTakeAsync(SignedState due)
    {
        var recorded = state.RecordedSnapshot;
        var isRecorded = recorded?.Evidence.SeqNo >= due.Id.SeqNo;
        if (isRecorded && recorded!.By.SeqNo > commit.Committed.SeqNo) return false;
        try
        {
            if (!isRecorded) await ProposeAsync(due);
            else if (recorded!.Evidence.SeqNo == due.Id.SeqNo) Put(due, recorded);
        }
        catch (Exception failure)
        {
            Failure = failure.Message;
        }
        if (isRecorded) (_made, _entry) = (null, default);
        return isRecorded;
    }

    private async Task ProposeAsync(SignedState due)
    {
        if (writer.Role != NodeRole.Primary || _proposed == due.Id.SeqNo) return;
        _proposed = due.Id.SeqNo;
        var evidence = SnapshotEvidence.Of(EntryOf(due).Span, due.Id.SeqNo);
        // What follows is slow, and other callers are answered on the thread that answers this one.
        await writer.SubmitAsync(new RecordSnapshot(evidence), untilCommitted: true).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    private void Put(SignedState due, RecordedSnapshot recorded)
    {
        var entry = EntryOf(due);
        if (Digest.Of(entry.Span) != recorded.Evidence.Digest)
            throw new LedgerCorruptException(files.DirectoryPath, 0, due.Id.SeqNo, "the snapshot here is not the one that was recorded");
        var receipt = files.Read(recorded.By.SeqNo) is { } record ? receipts.Build(record) : null;
        if (receipt is null) throw new LedgerCorruptException(files.DirectoryPath, 0, recorded.By.SeqNo, "it has no receipt");
        directory.Write(new SnapshotName(due.Id.SeqNo, recorded.By.SeqNo), new SnapshotFile(entry, Of(receipt)));
        directory.Prune();
        Failure = null;
    }

    // Made once, though it is needed to propose it and to put it in place.
    private ReadOnlyMemory<byte> EntryOf(SignedState due)
    {
        if (!ReferenceEquals(_made, due)) (_entry, _made) = (SnapshotWriter.Write(due.ToSnapshot(), secrets.For(due.Id.SeqNo)), due);
        return _entry;
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
