using System.Text;
using Stele.Ledger.Entries;
using Stele.Ledger.Secrets;

namespace Stele.Ledger.Collections;

/// <summary>
/// Which collections and tags there are, and where their entries are: derived from the ledger, never trusted over it.
/// </summary>
/// <remarks>
/// <para>The newest entries' part is in memory; older parts are in immutable, sealed files of ordered records (runs), which
/// are merged into larger ones behind the writer. A query costs by what it returns and by the number of runs, which grows
/// with the logarithm of the ledger. Memory holds one key for each block of the runs.</para>
/// <para>One thread applies, one restores, any thread asks. A run that is lost or damaged is missing until it has been
/// restored from the ledger; a query that depends on it says so.</para>
/// </remarks>
public sealed class CollectionIndex : IDisposable
{
    /// <summary>How many seqnos are looked up at once, going back: never more, and the shortest stretch that is looked at.</summary>
    private const int StretchMin = 256;

    private readonly CollectionIndexOptions _options;
    private readonly IndexStore _store;

    private CollectionIndex(CollectionIndexOptions options, IndexStore store) => (_options, _store) = (options, store);

    /// <summary>All entries up to here are in runs.</summary>
    public SeqNo Covered => _store.Now.Covered;

    /// <summary>The last entry that the index knows of. The next one is to be applied.</summary>
    public SeqNo End => _store.Now.End;

    /// <summary>The entries before <see cref="End"/> that the index does not know of: they are to be restored.</summary>
    public IReadOnlyList<SeqNoRange> Missing => _store.Now.Missing;

    /// <summary>Why the newest part could not be written, or runs could not be merged; null where nothing failed.</summary>
    /// <remarks>It stays in memory, and is written together with the next part.</remarks>
    public string? Failure => _store.Failure;

    internal IndexStore Store => _store;

    /// <summary>Opens an index, or begins it. What is damaged or half-written is deleted, and is missing.</summary>
    /// <param name="directory">Where its runs are; made if need be, and for the index alone.</param>
    /// <param name="secrets">The ledger's secrets: a run is sealed under a key derived from that of its last entry.</param>
    /// <param name="options">Its sizes; none for the usual ones.</param>
    /// <exception cref="IOException">The directory cannot be made or read.</exception>
    public static CollectionIndex Open(string directory, SecretKeeper secrets, CollectionIndexOptions? options = null)
    {
        options ??= new CollectionIndexOptions();
        return new CollectionIndex(options, new IndexStore(new RunDirectory(directory, secrets), options));
    }

    /// <summary>
    /// Says where the ledger ends, before it goes on. Runs that reach past it are dropped: they speak of entries that are
    /// there no more. Entries up to it that the index does not know of are missing.
    /// </summary>
    public void Align(SeqNo ledgerEnd) => _store.Align(ledgerEnd);

    /// <summary>Takes in what the next entry wrote; an entry that the index knows already is passed over.</summary>
    /// <remarks>
    /// One thread at a time, entries in order; an entry's public and private writes may come apart. Entries that are left
    /// out are missing. Never waits for the disk.
    /// </remarks>
    public void Apply(SeqNo seqno, WriteSet writes)
    {
        var open = _store.Now.Open;
        var last = open.Last;
        if (seqno <= last && (seqno < last || open.IsEmpty)) return;
        if (seqno > last.Next || (!open.IsEmpty && seqno > last && Stretch(seqno) != Stretch(open.First)))
            open = _store.Begin(seqno);
        open.Apply(seqno, writes);
    }

    /// <summary>Takes in a missing range again, while all else goes on.</summary>
    /// <param name="range">Entries that are missing.</param>
    /// <param name="entries">What they wrote: each entry of the range, in order.</param>
    /// <param name="cancel">Interrupts it; what was done until then stays.</param>
    /// <exception cref="ArgumentException">The range is not missing, or the entries are not the range's.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public void Restore(SeqNoRange range, IEnumerable<(SeqNo SeqNo, WriteSet Writes)> entries, CancellationToken cancel)
    {
        if (!Missing.Any(missing => missing.First <= range.First && range.Last <= missing.Last))
            throw new ArgumentException($"{range} is not missing.", nameof(range));
        var part = new Memtable(range.First);
        foreach (var (seqno, writes) in entries)
        {
            cancel.ThrowIfCancellationRequested();
            if (!range.Contains(seqno) || (seqno != part.Last.Next && (seqno != part.Last || part.IsEmpty)))
                throw new ArgumentException($"Entry {seqno} is not the one behind {part.Last}.", nameof(entries));
            if (seqno > part.Last && Stretch(seqno) != Stretch(part.First))
            {
                _store.Restore(part);
                part = new Memtable(seqno);
            }
            part.Apply(seqno, writes);
        }
        if (!part.IsEmpty) _store.Restore(part);
    }

    /// <summary>Completes once entries are missing. For one caller at a time.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public Task WhenMissingAsync(CancellationToken cancel) => _store.WhenMissingAsync(cancel);

    /// <summary>Writes what is in memory to a run. Called by the one that applies.</summary>
    /// <returns>Whether the disk took it; otherwise <see cref="Failure"/> says why not.</returns>
    public bool TryFlush() => _store.TryFlush();

    /// <summary>The seqno of a collection's first entry; null where it has none.</summary>
    /// <exception cref="IndexIncompleteException">The answer depends on missing entries.</exception>
    public SeqNo? First(CollectionId collection)
    {
        var name = Bytes(collection);
        return _store.Ask(segments => segments.FindOldest(name));
    }

    /// <summary>The seqno of a collection's newest entry; null where it has none.</summary>
    /// <exception cref="IndexIncompleteException">The answer depends on missing entries.</exception>
    public SeqNo? Latest(CollectionId collection)
    {
        var name = Bytes(collection);
        return _store.Ask(segments => segments.FindNewest(name));
    }

    /// <summary>Collections by the order of their names' UTF-8 bytes, from behind a name on.</summary>
    /// <param name="after">The name; none from the beginning.</param>
    /// <param name="count">How many at most.</param>
    /// <exception cref="IndexIncompleteException">Entries are missing.</exception>
    public IReadOnlyList<CollectionId> Names(CollectionId? after, int count)
    {
        var name = after is { } behind ? Bytes(behind) : null;
        var names = _store.Ask(segments => segments.Names(name, count));
        return [.. names.Select(found => new CollectionId(Encoding.UTF8.GetString(found)))];
    }

    /// <summary>The tags in use in a collection, by the order of their UTF-8 bytes.</summary>
    /// <exception cref="IndexIncompleteException">Entries are missing.</exception>
    public IReadOnlyList<string> Tags(CollectionId collection)
    {
        var name = Bytes(collection);
        return [.. _store.Ask(segments => segments.Tags(name)).Select(Encoding.UTF8.GetString)];
    }

    /// <summary>The seqnos of a collection's entries, ascending, looked up as they are asked for.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="tag">A tag that each entry has; none for all.</param>
    /// <param name="from">Where they start, included.</param>
    /// <param name="to">Where they end, included.</param>
    /// <exception cref="IndexIncompleteException">Thrown where the sequence comes to missing entries.</exception>
    public IEnumerable<SeqNo> Entries(CollectionId collection, string? tag, SeqNo from, SeqNo to)
    {
        var query = new EntryQuery(collection, tag);
        while (from <= to)
        {
            var start = from;
            var found = _store.Ask(segments => segments.Next(query, start, to));
            if (found.Count == 0) yield break;
            foreach (var seqno in found)
            {
                if (seqno > to) yield break;
                yield return seqno;
            }
            from = found[^1].Next;
        }
    }

    /// <summary>The same, descending: a stretch at a time, each as long as it takes to find some and not many.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="tag">A tag that each entry has; none for all.</param>
    /// <param name="from">Where they end, included.</param>
    /// <param name="to">Where they start, included.</param>
    /// <exception cref="IndexIncompleteException">Thrown where the sequence comes to missing entries.</exception>
    public IEnumerable<SeqNo> EntriesBackwards(CollectionId collection, string? tag, SeqNo from, SeqNo to)
    {
        for (long length = StretchMin, last = to.Value; last >= from.Value;)
        {
            var first = Math.Max(from.Value, last - length + 1);
            var found = Entries(collection, tag, new SeqNo(first), new SeqNo(last)).Take(StretchMin + 1).ToList();
            if (found.Count > StretchMin)
            {
                length /= 2;
                continue;
            }
            for (var at = found.Count - 1; at >= 0; at--) yield return found[at];
            last = first - 1;
            if (found.Count < StretchMin / 4) length *= 4;
        }
    }

    /// <summary>Ends the work behind the writer, and closes the runs; what is only in memory is let go.</summary>
    public void Dispose() => _store.Dispose();

    private static byte[] Bytes(CollectionId collection) => Encoding.UTF8.GetBytes(collection.Value);

    private long Stretch(SeqNo seqno) => (seqno.Value - 1) / _options.RunEntries;
}
