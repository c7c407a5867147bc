namespace Stele.Ledger.Collections;

/// <summary>What the index knows of consecutive entries of the ledger: in memory, or in a file.</summary>
internal interface ISegment
{
    /// <summary>The first entry that it knows of.</summary>
    SeqNo First { get; }

    /// <summary>The last entry that it knows of; the one before <see cref="First"/> while it knows of none.</summary>
    SeqNo Last { get; }

    /// <summary>Where a collection's entries begin and end in it; null where it has none.</summary>
    SeqNoRange? Find(ReadOnlySpan<byte> name);

    /// <summary>Adds so many names in order, from behind a name on.</summary>
    void AddNames(byte[]? after, int count, SortedSet<byte[]> names);

    /// <summary>Adds the tags of a collection.</summary>
    void AddTags(ReadOnlySpan<byte> name, SortedSet<byte[]> tags);

    /// <summary>Adds the next seqnos of what is asked for, at most a part, from a place on; none where there are no more.</summary>
    void AddNext(EntryQuery query, SeqNo from, List<SeqNo> found);
}
