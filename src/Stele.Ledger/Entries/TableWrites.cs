namespace Stele.Ledger.Entries;

/// <summary>What a transaction writes to one table.</summary>
public sealed class TableWrites(TableName name)
{
    private readonly List<KeyWrite> _writes = [];

    /// <summary>The table.</summary>
    public TableName Name { get; } = name;

    /// <summary>The writes and removals, in the order in which their keys were first written.</summary>
    public IReadOnlyList<KeyWrite> Writes => _writes;

    /// <summary>The value written to a key; null where none was, or it was removed.</summary>
    public ReadOnlyMemory<byte>? ValueOf(ReadOnlySpan<byte> key) => Find(key)?.Value;

    internal void Set(KeyWrite write)
    {
        var index = _writes.FindIndex(other => other.Key.Span.SequenceEqual(write.Key.Span));
        if (index < 0) _writes.Add(write);
        else _writes[index] = write;
    }

    internal void Add(KeyWrite write) => _writes.Add(write);

    internal KeyWrite? Find(ReadOnlySpan<byte> key)
    {
        foreach (var write in _writes)
            if (write.Key.Span.SequenceEqual(key)) return write;
        return null;
    }
}

/// <summary>A write to one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value; none where the key is removed.</param>
public readonly record struct KeyWrite(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte>? Value);
