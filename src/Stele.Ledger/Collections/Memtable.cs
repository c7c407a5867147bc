using System.Collections.Concurrent;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Collections;

/// <summary>The index of the entries since the last run, in memory. One thread writes, any thread reads.</summary>
internal sealed class Memtable : ISegment
{
    private readonly ConcurrentDictionary<byte[], CollectionEntries> _collections;
    private readonly ConcurrentDictionary<byte[], CollectionEntries>.AlternateLookup<ReadOnlySpan<byte>> _byName;

    // Names are put in order by whoever asks for them in order; the writer only notes them down.
    private readonly ConcurrentQueue<byte[]> _newNames = new();
    private readonly SortedSet<byte[]> _names = new(BytesOrder.Instance);
    private long _last;

    /// <summary>An empty memtable, with room for as many collections as the one before it had.</summary>
    public Memtable(SeqNo first, Memtable? before = null)
    {
        (First, _last) = (first, first.Value - 1);
        var capacity = Math.Max(127, before?._collections.Count ?? 0);
        _collections = new(concurrencyLevel: 1, capacity, BytesOrder.Instance);
        _byName = _collections.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <inheritdoc/>
    public SeqNo First { get; }

    /// <inheritdoc/>
    public SeqNo Last => new(Volatile.Read(ref _last));

    public bool IsEmpty => Last < First;

    /// <summary>Takes in what an entry wrote: the entry behind the last one, or more of the last one.</summary>
    public void Apply(SeqNo seqno, WriteSet writes)
    {
        var tables = writes.Tables;
        for (var i = 0; i < tables.Count; i++)
        {
            var name = tables[i].Name;
            if (name == TableNames.PrivateLogs || name == TableNames.PublicLogs) AddEntries(tables[i], seqno.Value);
            // Tables stand in a write set by the order of their names, so the entry itself («logs») comes before its tags.
            else if (name == TableNames.PrivateTags || name == TableNames.PublicTags) AddTags(tables[i], seqno.Value);
        }
        Volatile.Write(ref _last, seqno.Value);
    }

    /// <inheritdoc/>
    public SeqNoRange? Find(ReadOnlySpan<byte> name)
    {
        if (!_byName.TryGetValue(name, out var entries)) return null;
        var seqnos = entries.All.Seqnos;
        return new SeqNoRange(new SeqNo(seqnos[0]), new SeqNo(seqnos[^1]));
    }

    /// <inheritdoc/>
    public void AddNames(byte[]? after, int count, SortedSet<byte[]> names)
    {
        lock (_names)
        {
            while (_newNames.TryDequeue(out var name)) _names.Add(name);
            if (_names.Max is not { } last || (after is not null && BytesOrder.Instance.Compare(after, last) >= 0)) return;
            var behind = after is null ? _names : _names.GetViewBetween(after, last);
            names.UnionWith(behind.Where(name => after is null || !BytesOrder.Instance.Equals(name, after)).Take(count));
        }
    }

    /// <inheritdoc/>
    public void AddTags(ReadOnlySpan<byte> name, SortedSet<byte[]> tags)
    {
        if (_byName.TryGetValue(name, out var entries)) tags.UnionWith(entries.Tags);
    }

    /// <inheritdoc/>
    public void AddNext(EntryQuery query, SeqNo from, List<SeqNo> found)
    {
        if (!_byName.TryGetValue(query.Name, out var entries)) return;
        var seqnos = query.Tag is null ? entries.All : entries.OfTag(query.Tag);
        seqnos?.AddNext(from.Value, found);
    }

    /// <summary>Writes down all that it knows, once nothing is added any more.</summary>
    public void WriteTo(RecordStream records)
    {
        var collections = _collections.ToArray();
        Array.Sort(collections, (x, y) => BytesOrder.Instance.Compare(x.Key, y.Key));
        var key = new RecordKey();
        foreach (var (name, entries) in collections)
        {
            var seqnos = entries.All.Seqnos;
            records.AddName(key.Restart(RecordKind.Name).Text(name).Bytes, seqnos[0], seqnos[^1]);
        }
        foreach (var (name, entries) in collections)
            records.AddSeqNos(key.Restart(RecordKind.Part).Text(name).Bytes, entries.All.Seqnos);
        foreach (var (name, entries) in collections)
            foreach (var tag in entries.Tags.Order(BytesOrder.Instance))
                records.AddTag(key.Restart(RecordKind.Tag).Text(name).Text(tag).Bytes);
        foreach (var (name, entries) in collections)
            foreach (var tag in entries.Tags.Order(BytesOrder.Instance))
                records.AddSeqNos(key.Restart(RecordKind.TaggedPart).Text(name).Text(tag).Bytes, entries.OfTag(tag)!.Seqnos);
    }

    private void AddEntries(TableWrites table, long seqno)
    {
        var writes = table.Writes;
        for (var i = 0; i < writes.Count; i++)
        {
            if (writes[i].Value is null) continue;
            var name = writes[i].Key.Span;
            if (_byName.TryGetValue(name, out var entries))
            {
                entries.All.Add(seqno);
                continue;
            }
            var copy = name.ToArray();
            _collections[copy] = new CollectionEntries(seqno);
            _newNames.Enqueue(copy);
        }
    }

    private void AddTags(TableWrites table, long seqno)
    {
        foreach (var write in table.Writes)
        {
            if (write.Value is not { } value || !_byName.TryGetValue(write.Key.Span, out var entries)) continue;
            if (entries.All.Seqnos[^1] == seqno) EntryTags.AddTo(entries, seqno, value.Span);
        }
    }
}
