namespace Stele.Etcd;

/// <summary>A question for the keys of a range, answered in the order of the keys, or the reverse; always linearizable.</summary>
/// <param name="Keys">Which keys.</param>
public sealed record RangeQuery(KeyRange Keys)
{
    /// <summary>The most keys to answer with; 0 for all.</summary>
    public long Limit { get; init; }

    /// <summary>The revision to answer as of; 0 for the newest.</summary>
    public long Revision { get; init; }

    /// <summary>Whether to answer from the last key on, backwards.</summary>
    public bool FromLast { get; init; }

    /// <summary>Whether to leave the values out.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>Whether to answer with the number of keys alone.</summary>
    public bool CountOnly { get; init; }
}
