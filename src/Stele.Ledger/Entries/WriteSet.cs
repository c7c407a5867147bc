namespace Stele.Ledger.Entries;

/// <summary>What a transaction writes, table by table; the last write to a key counts.</summary>
/// <remarks>Write sets are tiny: a list beats a dictionary.</remarks>
public sealed class WriteSet
{
    private readonly List<TableWrites> _tables = [];

    /// <summary>Whether nothing is written.</summary>
    public bool IsEmpty => _tables.Count == 0;

    /// <summary>The tables, by ordinal order of their names.</summary>
    public IReadOnlyList<TableWrites> Tables => _tables;

    /// <summary>Writes a value.</summary>
    public void Put(TableName table, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) =>
        Of(table).Set(new KeyWrite(key, value));

    /// <summary>Removes a key.</summary>
    public void Remove(TableName table, ReadOnlyMemory<byte> key) => Of(table).Set(new KeyWrite(key, null));

    /// <summary>The value written to a key.</summary>
    /// <returns>Whether one was; false also where the key was removed.</returns>
    public bool TryGet(TableName table, ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
    {
        value = default;
        var index = IndexOf(table);
        if (index < 0 || _tables[index].Find(key) is not { Value: { } found }) return false;
        value = found;
        return true;
    }

    /// <summary>The writes to a table; null where there are none.</summary>
    public TableWrites? Find(TableName table) => IndexOf(table) is >= 0 and var index ? _tables[index] : null;

    /// <summary>These writes together with those to other tables.</summary>
    internal WriteSet With(WriteSet others)
    {
        if (others.IsEmpty) return this;
        if (IsEmpty) return others;
        var all = new WriteSet();
        all._tables.AddRange(_tables.Concat(others._tables).OrderBy(table => table.Name.Value, StringComparer.Ordinal));
        return all;
    }

    internal TableWrites Of(TableName table)
    {
        var index = IndexOf(table);
        if (index < 0) _tables.Insert(index = ~index, new TableWrites(table));
        return _tables[index];
    }

    private int IndexOf(TableName table)
    {
        for (var i = 0; i < _tables.Count; i++)
        {
            var order = string.CompareOrdinal(_tables[i].Name.Value, table.Value);
            if (order == 0) return i;
            if (order > 0) return ~i;
        }
        return ~_tables.Count;
    }
}
