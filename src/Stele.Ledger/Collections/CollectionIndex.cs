using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Collections;

/// <summary>Which collections there are and where each begins and ends: derived from the ledger, never trusted over it.</summary>
/// <remarks>Grows with the number of collections and their tags, not with entries. One thread writes, any thread reads.</remarks>
public sealed class CollectionIndex
{
    private readonly ConcurrentDictionary<string, CollectionSpan> _spans = new(StringComparer.Ordinal);
    private ImmutableSortedSet<string> _names = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The span of a collection; null where it has no entry.</summary>
    public CollectionSpan? Find(CollectionId collection) => _spans.GetValueOrDefault(collection.Value);

    /// <summary>Collections by ordinal order of their names, from behind a name on.</summary>
    public IReadOnlyList<CollectionId> Names(CollectionId? after, int count)
    {
        var names = Volatile.Read(ref _names);
        var start = 0;
        if (after is { } name)
        {
            var found = names.IndexOf(name.Value);
            start = found >= 0 ? found + 1 : ~found;
        }
        var end = (int)Math.Min(names.Count, (long)start + count);
        var part = new List<CollectionId>(Math.Max(0, end - start));
        for (var i = start; i < end; i++) part.Add(new CollectionId(names[i]));
        return part;
    }

    /// <summary>Takes in what a transaction wrote; a transaction that appended no entry changes nothing.</summary>
    public void Apply(SeqNo seqno, WriteSet writes)
    {
        foreach (var table in writes.Tables)
        {
            if (table.Name == TableNames.PublicLogs || table.Name == TableNames.PrivateLogs)
                foreach (var write in table.Writes) Extend(NameOf(write), seqno);
            else if (table.Name == TableNames.PublicTags || table.Name == TableNames.PrivateTags)
                foreach (var write in table.Writes) AddTags(NameOf(write), write);
        }
    }

    private static string NameOf(KeyWrite write) => Encoding.UTF8.GetString(write.Key.Span);

    private void Extend(string name, SeqNo seqno)
    {
        if (_spans.TryGetValue(name, out var span))
        {
            _spans[name] = span with { Latest = seqno };
            return;
        }
        _spans[name] = new CollectionSpan(seqno, seqno, ImmutableSortedSet.Create<string>(StringComparer.Ordinal));
        Volatile.Write(ref _names, _names.Add(name));
    }

    // Tables stand in a write set by the order of their names, so the entry itself («logs») comes before its tags.
    private void AddTags(string name, KeyWrite write)
    {
        if (write.Value is not { } value || !_spans.TryGetValue(name, out var span)) return;
        _spans[name] = span with { Tags = span.Tags.Union(EntryTags.Decode(value.Span)) };
    }
}
