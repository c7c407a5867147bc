using System.Collections.Immutable;
using Stele.Ledger.Collections;
using Stele.Ledger.Entries;
using Stele.Ledger.Proofs;
using Stele.Ledger.Secrets;
using Stele.Ledger.Snapshots;
using Stele.Ledger.Tables;

namespace Stele.Ledger.Recovery;

/// <summary>What the durable ledger says: its tables and its last transaction, and the indexes derived from it.</summary>
/// <remarks>
/// <see cref="Apply"/> is the only code that moves it forward: the running node calls it for each entry that has become
/// durable, and start-up calls it for each entry found on disk. One thread writes, any thread reads.
/// </remarks>
/// <param name="proofs">The proofs.</param>
/// <param name="collections">The collections.</param>
/// <param name="secrets">What takes the secrets that the ledger gives to this node.</param>
/// <param name="snapshotEntries">How many entries lie from one snapshot to the next.</param>
public sealed class LedgerState(
    ProofIndex proofs, CollectionIndex collections, SecretKeeper secrets, int snapshotEntries = LedgerState.SnapshotEntries)
    : IDisposable
{
    /// <summary>How many entries lie from one snapshot to the next where nothing else is said.</summary>
    public const int SnapshotEntries = 50_000;

    private readonly SnapshotSchedule _snapshots = new(snapshotEntries);
    private volatile Moment _now = new(default, LedgerTables.Empty);
    private volatile SignedState? _signed;
    private volatile ImmutableList<SeqNo> _viewHistory = [];

    /// <summary>The last durable transaction.</summary>
    public TransactionId Position => _now.Position;

    /// <summary>The tables after it.</summary>
    public LedgerTables Tables => _now.Tables;

    /// <summary>The last durable signature transaction, and what the ledger says up to it; null before there is one.</summary>
    public SignedState? LastSigned => _signed;

    /// <summary>The signature transaction at which the newest snapshot is to be taken; null before there is one.</summary>
    /// <remarks>The ledger alone decides which it is, so that each of its nodes takes the very same snapshot.</remarks>
    public SignedState? SnapshotDue => _snapshots.Due;

    /// <summary>What is written here demands a snapshot at the next signature: any value, in the one row.</summary>
    public static TableName SnapshotDemands => SnapshotSchedule.Demands;

    /// <summary>Completes when a transaction demands a snapshot, until the next signature; then there is another task.</summary>
    public Task SnapshotDemanded => _snapshots.Demanded;

    /// <summary>The newest snapshot that the ledger vouches for behind where this state began; null before there is one.</summary>
    public RecordedSnapshot? RecordedSnapshot => _snapshots.Recorded;

    /// <summary>The collections.</summary>
    public CollectionIndex Collections { get; } = collections;

    /// <summary>The proofs.</summary>
    public ProofIndex Proofs { get; } = proofs;

    /// <summary>The view that wrote the transaction at a seqno; null where none is durable.</summary>
    /// <remarks>Out of the seqnos with which the views began: nothing is read.</remarks>
    public View? ViewAt(SeqNo seqno)
    {
        if (seqno <= SeqNo.None || seqno > Position.SeqNo) return null;
        var found = _viewHistory.BinarySearch(seqno);
        if (found < 0) return new View(~found);
        // Of several that began with the same seqno, the last wrote it: the others wrote nothing.
        return new View(_viewHistory.LastIndexOf(seqno) + 1);
    }

    /// <summary>Starts where a snapshot was taken, instead of before the first entry.</summary>
    public void Resume(SnapshotContents snapshot, TransactionId at)
    {
        _viewHistory = [.. snapshot.ViewHistory];
        _now = new Moment(at, snapshot.ToTables());
        _snapshots.Resume(snapshot.SeqNo);
    }

    /// <summary>Takes in a durable transaction.</summary>
    public void Apply(in DurableEntry entry)
    {
        // The proofs before the position and the collections after it: what can be seen can be proved, and what an index
        // points to can be read.
        AddProof(entry);
        secrets.Take(entry.Id.SeqNo, entry.Writes);
        if (entry.Id.View.Value > _viewHistory.Count) BeginView(entry.Id);
        var tables = _now.Tables.With(entry.Writes, entry.Id.SeqNo);
        _now = new Moment(entry.Id, tables);
        // What could not be opened is missing from the index, and is taken in once the members have brought its secret back.
        if (entry.IsOpen) Collections.Apply(entry.Id.SeqNo, entry.Writes);
        if (entry.IsSignature) _signed = _snapshots.Signed(new SignedState(entry.Id, entry.Leaf, entry.Writes, tables, _viewHistory));
        else _snapshots.Apply(entry.Id, entry.Writes);
    }

    /// <summary>Takes a durable transaction into the indexes alone, as far as they have not got it already.</summary>
    public void Index(in DurableEntry entry)
    {
        AddProof(entry);
        if (entry.IsOpen) Collections.Apply(entry.Id.SeqNo, entry.Writes);
    }

    /// <summary>Lets the indexes write what can be written, as the one that applies.</summary>
    public Task FlushAsync()
    {
        Collections.TryFlush();
        return Proofs.FlushAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Collections.Dispose();
        Proofs.Dispose();
    }

    private void AddProof(in DurableEntry entry)
    {
        if (entry.Id.SeqNo < Proofs.Next) return;
        if (entry.Id.SeqNo > Proofs.Next) throw new InvalidOperationException($"Entry {entry.Id} came before entry {Proofs.Next}.");
        Proofs.Append(ProofLeaf.Of(entry.Leaf, entry.IsSignature, entry.Writes));
    }

    // A view that wrote nothing began, as far as anybody can tell, with the one after it.
    private void BeginView(TransactionId first)
    {
        while (_viewHistory.Count < first.View.Value) _viewHistory = _viewHistory.Add(first.SeqNo);
    }

    private sealed record Moment(TransactionId Position, LedgerTables Tables);
}
