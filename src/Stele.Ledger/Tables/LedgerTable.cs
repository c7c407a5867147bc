using System.Collections.Immutable;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Tables;

/// <summary>One table after some transaction; immutable.</summary>
public sealed class LedgerTable
{
    private static readonly ImmutableSortedDictionary<ReadOnlyMemory<byte>, TableRow> NoRows =
        ImmutableSortedDictionary.Create<ReadOnlyMemory<byte>, TableRow>(KeyOrder.Instance);

    private readonly ImmutableSortedDictionary<ReadOnlyMemory<byte>, TableRow> _rows;

    private LedgerTable(TableName name, SeqNo version, ImmutableSortedDictionary<ReadOnlyMemory<byte>, TableRow> rows)
    {
        (Name, Version) = (name, version);
        _rows = rows;
    }

    /// <summary>Its name.</summary>
    public TableName Name { get; }

    /// <summary>The last transaction that changed it, by a write or by removing a key that it had.</summary>
    public SeqNo Version { get; }

    /// <summary>How many keys it has.</summary>
    public int Count => _rows.Count;

    /// <summary>Its rows by the order of their keys' bytes.</summary>
    public IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, TableRow>> Rows => _rows;

    /// <summary>The row of a key.</summary>
    /// <returns>Whether the table has it.</returns>
    public bool TryGet(ReadOnlyMemory<byte> key, out TableRow row) => _rows.TryGetValue(key, out row);

    internal static LedgerTable Empty(TableName name) => new(name, SeqNo.None, NoRows);

    /// <summary>A table as a snapshot holds it; of keys that stand twice the last counts.</summary>
    internal static LedgerTable Of(
        TableName name, SeqNo version, IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, TableRow>> rows) =>
        new(name, version, NoRows.SetItems(rows));

    /// <summary>The table after a transaction's writes; the same one where they change nothing.</summary>
    internal LedgerTable With(IEnumerable<KeyWrite> writes, SeqNo seqno)
    {
        var rows = _rows;
        foreach (var write in writes)
            rows = write.Value is { } value ? rows.SetItem(write.Key, new TableRow(value, seqno)) : rows.Remove(write.Key);
        return ReferenceEquals(rows, _rows) ? this : new LedgerTable(Name, seqno, rows);
    }
}
