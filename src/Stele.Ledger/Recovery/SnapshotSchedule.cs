using Stele.Ledger.Entries;
using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Recovery;

/// <summary>
/// Says of a ledger, as it grows, at which signature transactions snapshots are taken: the first so many entries behind the
/// one before, and the first behind a transaction that demands one. Nodes that have the same ledger, and the same interval, come
/// to the same answer.
/// </summary>
/// <param name="interval">How many entries lie from one snapshot to the next.</param>
internal sealed class SnapshotSchedule(int interval)
{
    /// <summary>What is written here demands a snapshot: any value, in the one row.</summary>
    public static readonly TableName Demands = new("public:stele.snapshot_demands");

    private volatile SignedState? _due;
    private volatile TaskCompletionSource _demanded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RecordedSnapshot? _recorded;
    private SeqNo _last;

    /// <inheritdoc cref="LedgerState.SnapshotDue"/>
    public SignedState? Due => _due;

    /// <inheritdoc cref="LedgerState.RecordedSnapshot"/>
    public RecordedSnapshot? Recorded => _recorded;

    /// <inheritdoc cref="LedgerState.SnapshotDemanded"/>
    public Task Demanded => _demanded.Task;

    /// <summary>Goes on from a snapshot.</summary>
    public void Resume(SeqNo snapshot) => _last = snapshot;

    /// <summary>Takes in the next signature transaction.</summary>
    /// <returns>The same.</returns>
    public SignedState Signed(SignedState signed)
    {
        if (!Demanded.IsCompleted && signed.Id.SeqNo.Value - _last.Value < interval) return signed;
        (_last, _due) = (signed.Id.SeqNo, signed);
        if (Demanded.IsCompleted) _demanded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return signed;
    }

    /// <summary>Takes in any other transaction.</summary>
    public void Apply(TransactionId id, WriteSet writes)
    {
        // Of a service that is gone no snapshot counts any more, and no start is to read the whole ledger for that.
        if (writes.Find(Demands) is not null || writes.Find(TableNames.PreviousServiceIdentity) is not null) _demanded.TrySetResult();
        if (TryRead(writes) is not { } evidence) return;
        _recorded = new RecordedSnapshot(evidence, id);
        // One that another interval has brought about: from here on all go on from the same.
        if (evidence.SeqNo > _last) _last = evidence.SeqNo;
    }

    // A ledger that says anything else there has no snapshot by it, and is none the worse.
    private static SnapshotEvidence? TryRead(WriteSet writes)
    {
        try
        {
            return SnapshotEvidence.In(writes);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>A snapshot that the ledger vouches for.</summary>
/// <param name="Evidence">What it says of it.</param>
/// <param name="By">The transaction that says so.</param>
public sealed record RecordedSnapshot(SnapshotEvidence Evidence, TransactionId By);
