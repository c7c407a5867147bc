using Stele.Ledger.Transactions;

namespace Stele.Server.Functions;

/// <summary>
/// Which collections were written to last, as far as the sequencer knows: by this a run finds out that an entry that it has read is
/// not the newest any more. Collections share places, so that there is a bound: two that do may cost a run that was not needed.
/// </summary>
internal sealed class CollectionVersions
{
    private const int Places = 4096;
    private readonly (SeqNo SeqNo, CollectionId Collection)[] _last = new (SeqNo, CollectionId)[Places];
    private long _view;

    /// <summary>The view that was written in last; what other nodes wrote in between is not known here.</summary>
    public long View => Volatile.Read(ref _view);

    /// <summary>Notes a write. On the sequencer alone.</summary>
    public void Note(TransactionId id, CollectionId collection)
    {
        Enter(id.View);
        _last[PlaceOf(collection)] = (id.SeqNo, collection);
    }

    /// <summary>
    /// Whether what was read may be something else by now: an entry that is not the newest, or anything at all in another view, where
    /// the same transaction may have been rolled back and written otherwise. On the sequencer alone.
    /// </summary>
    public bool HasChanged(Transaction transaction, ScriptTransaction run)
    {
        var isSame = run.Start.View == View && View == transaction.Id.View.Value;
        Enter(transaction.Id.View);
        return !isSame || run.Collections.Any(read => IsNewer(read.Key, read.Value, run.Start.Position.SeqNo));
    }

    // The index of collections is behind the position by one entry at most: what it shows at the position is named by itself.
    private bool IsNewer(CollectionId read, SeqNo seen, SeqNo position)
    {
        var (last, collection) = _last[PlaceOf(read)];
        return last > position || (last == position && last != seen && collection == read);
    }

    private void Enter(View view) => Volatile.Write(ref _view, view.Value);

    private static int PlaceOf(CollectionId collection) => (collection.GetHashCode() & int.MaxValue) % Places;
}
