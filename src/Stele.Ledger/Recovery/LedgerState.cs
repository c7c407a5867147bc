using Stele.Ledger.Collections;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Ledger.Recovery;

/// <summary>What the durable ledger says: its tables, its collections and its last transaction.</summary>
/// <remarks>
/// <see cref="Apply"/> is the only code that moves it forward: the running node calls it for each batch that has become
/// durable, and start-up calls it for each entry found on disk. One thread writes, any thread reads.
/// </remarks>
public sealed class LedgerState(CollectionIndex collections)
{
    private volatile Moment _now = new(default, LedgerTables.Empty);

    /// <summary>The last durable transaction.</summary>
    public TransactionId Position => _now.Position;

    /// <summary>The tables after it.</summary>
    public LedgerTables Tables => _now.Tables;

    /// <summary>The collections.</summary>
    public CollectionIndex Collections { get; } = collections;

    /// <summary>Takes in a durable transaction.</summary>
    public void Apply(TransactionId id, WriteSet writes)
    {
        _now = new Moment(id, _now.Tables.With(writes));
        // After the position: whoever finds an entry in the index may read it.
        Collections.Apply(id.SeqNo, writes);
    }

    private sealed record Moment(TransactionId Position, LedgerTables Tables);
}
