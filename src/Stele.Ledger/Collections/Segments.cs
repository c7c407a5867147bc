using System.Collections.Immutable;

namespace Stele.Ledger.Collections;

/// <summary>All segments of the index at one moment, in order; what lies between two of them is missing.</summary>
internal sealed class Segments
{
    private readonly ImmutableArray<ISegment> _items;

    public Segments(IEnumerable<Run> runs, Memtable open) => _items = [.. runs, open];

    private Segments(ImmutableArray<ISegment> items) => _items = items;

    public ImmutableArray<ISegment> Items => _items;

    /// <summary>What the writer adds to.</summary>
    public Memtable Open => (Memtable)_items[^1];

    /// <summary>The last entry that the index knows of.</summary>
    public SeqNo End => Open.Last;

    public IEnumerable<Run> Runs => _items.OfType<Run>();

    /// <summary>What is still to be written, the oldest first.</summary>
    public IEnumerable<Memtable> Waiting => _items.OfType<Memtable>().SkipLast(1);

    /// <summary>All entries up to here are in runs.</summary>
    public SeqNo Covered
    {
        get
        {
            var covered = SeqNo.None;
            foreach (var run in _items.TakeWhile(item => item is Run && item.First == covered.Next)) covered = run.Last;
            return covered;
        }
    }

    public IReadOnlyList<SeqNoRange> Missing
    {
        get
        {
            var missing = new List<SeqNoRange>();
            for (var i = 0; i < _items.Length; i++)
                if (Gap(i) is { } gap) missing.Add(gap);
            return missing;
        }
    }

    public SeqNo? FindOldest(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _items.Length; i++)
        {
            Require(i);
            if (_items[i].Find(name) is { } found) return found.First;
        }
        return null;
    }

    public SeqNo? FindNewest(ReadOnlySpan<byte> name)
    {
        for (var i = _items.Length - 1; i >= 0; i--)
        {
            if (_items[i].Find(name) is { } found) return found.Last;
            Require(i);
        }
        return null;
    }

    public IReadOnlyList<byte[]> Names(byte[]? after, int count)
    {
        var names = new SortedSet<byte[]>(BytesOrder.Instance);
        for (var i = 0; i < _items.Length; i++)
        {
            Require(i);
            _items[i].AddNames(after, count, names);
        }
        return [.. names.Take(count)];
    }

    public SortedSet<byte[]> Tags(ReadOnlySpan<byte> name)
    {
        var tags = new SortedSet<byte[]>(BytesOrder.Instance);
        for (var i = 0; i < _items.Length; i++)
        {
            Require(i);
            _items[i].AddTags(name, tags);
        }
        return tags;
    }

    /// <summary>The next seqnos of what is asked for, at most a part; none where there are no more up to an end.</summary>
    public List<SeqNo> Next(EntryQuery query, SeqNo from, SeqNo to)
    {
        var found = new List<SeqNo>();
        for (var i = 0; i < _items.Length && found.Count == 0 && from <= to; i++)
        {
            var segment = _items[i];
            if (segment.Last < from && i < _items.Length - 1) continue;
            if (from < segment.First) Require(i);
            segment.AddNext(query, from, found);
            from = segment.Last.Next;
        }
        return found;
    }

    public Segments Without(IEnumerable<ISegment> some) => new(_items.RemoveRange(some));

    /// <summary>With a run, which covers what is missing.</summary>
    public Segments With(Run run)
    {
        var index = 0;
        while (_items[index].First <= run.Last) index++;
        return new Segments(_items.Insert(index, run));
    }

    /// <summary>With another memtable for the writer; the one before it waits to be written, unless it is empty.</summary>
    public Segments With(Memtable open) => new((Open.IsEmpty ? _items.RemoveAt(_items.Length - 1) : _items).Add(open));

    // The answer depends on all that lies right before this segment.
    private void Require(int index)
    {
        if (Gap(index) is { } gap) throw new IndexIncompleteException(gap, Missing.Sum(range => range.Count), End.Value);
    }

    private SeqNoRange? Gap(int index)
    {
        var before = index == 0 ? SeqNo.None : _items[index - 1].Last;
        var first = _items[index].First;
        return first == before.Next ? null : new SeqNoRange(before.Next, first.Previous);
    }
}
