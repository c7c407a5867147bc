namespace Stele.Etcd;

/// <summary>One key, or all keys from one up to another.</summary>
public sealed record KeyRange
{
    private KeyRange(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> end) => (Key, End) = (key, end);

    /// <summary>The key, or the first one.</summary>
    public ReadOnlyMemory<byte> Key { get; }

    /// <summary>The first key behind the range; empty for one key; a zero byte for all keys from the first on.</summary>
    public ReadOnlyMemory<byte> End { get; }

    /// <summary>This key alone.</summary>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    public static KeyRange One(ReadOnlyMemory<byte> key) => new(NotEmpty(key), default);

    /// <summary>The keys from one up to, and without, another.</summary>
    /// <exception cref="ArgumentException">A key is empty, or the range is.</exception>
    public static KeyRange Between(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> end) =>
        NotEmpty(first).Span.SequenceCompareTo(NotEmpty(end).Span) < 0
            ? new(first, end)
            : throw new ArgumentException("A range ends behind its first key.", nameof(end));

    /// <summary>The keys that begin so.</summary>
    /// <exception cref="ArgumentException">The prefix is empty.</exception>
    public static KeyRange Prefix(ReadOnlyMemory<byte> prefix) => new(NotEmpty(prefix), EndOfPrefix(prefix.Span));

    /// <summary>The first key behind all that begin so: the prefix with its last byte that can be raised, raised.</summary>
    private static byte[] EndOfPrefix(ReadOnlySpan<byte> prefix)
    {
        var last = prefix.LastIndexOfAnyExcept((byte)0xff);
        if (last < 0)
            return [0];
        var end = prefix[..(last + 1)].ToArray();
        end[last]++;
        return end;
    }

    private static ReadOnlyMemory<byte> NotEmpty(ReadOnlyMemory<byte> key) =>
        key.IsEmpty ? throw new ArgumentException("A key has at least one byte.", nameof(key)) : key;
}
