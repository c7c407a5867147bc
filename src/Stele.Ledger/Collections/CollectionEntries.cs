using System.Collections.Concurrent;

namespace Stele.Ledger.Collections;

/// <summary>The entries of one collection in a memtable.</summary>
internal sealed class CollectionEntries(long first)
{
    private ConcurrentDictionary<byte[], SeqNoList>? _tags;

    public SeqNoList All { get; } = new(first);

    /// <summary>The entries of a tag; null where there are none.</summary>
    public SeqNoList? OfTag(byte[] tag) => Volatile.Read(ref _tags)?.GetValueOrDefault(tag);

    /// <summary>The tags in use, in no order.</summary>
    public IEnumerable<byte[]> Tags => Volatile.Read(ref _tags)?.Keys ?? [];

    /// <summary>Adds a tag of the collection's newest entry.</summary>
    public void AddTag(ReadOnlySpan<byte> tag, long seqno)
    {
        var tags = _tags;
        if (tags is null) Volatile.Write(ref _tags, tags = new(concurrencyLevel: 1, capacity: 5, BytesOrder.Instance));
        if (tags.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(tag, out var seqnos)) seqnos.Add(seqno);
        else tags[tag.ToArray()] = new SeqNoList(seqno);
    }
}
