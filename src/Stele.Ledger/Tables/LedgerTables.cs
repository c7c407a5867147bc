using System.Collections.Immutable;
using Stele.Ledger.Entries;
using Table = System.Collections.Immutable.ImmutableSortedDictionary<
    System.ReadOnlyMemory<byte>, System.ReadOnlyMemory<byte>>;

namespace Stele.Ledger.Tables;

/// <summary>The key-value state after some transaction: governance, nodes, users, settings.</summary>
/// <remarks>
/// Immutable: the sequencer works on the newest, readers hold the durable one, and both cost one reference. Tables that
/// are only ever read out of the ledger itself (entries, signatures, trees) are not held, so that the state does not grow
/// with history.
/// </remarks>
public sealed class LedgerTables
{
    /// <summary>The state before the first transaction.</summary>
    public static readonly LedgerTables Empty = new(ImmutableDictionary<string, Table>.Empty);

    private static readonly Table NoRows = Table.Empty.WithComparers(KeyOrder.Instance);

    private static readonly HashSet<string> OnlyInLedger = new(StringComparer.Ordinal)
    {
        TableNames.Signatures.Value, TableNames.CoseSignatures.Value, TableNames.Tree.Value,
        TableNames.PublicLogs.Value, TableNames.PrivateLogs.Value,
        TableNames.PublicTags.Value, TableNames.PrivateTags.Value,
    };

    private readonly ImmutableDictionary<string, Table> _tables;

    private LedgerTables(ImmutableDictionary<string, Table> tables) => _tables = tables;

    /// <summary>The value of a key.</summary>
    /// <returns>Whether the table has it.</returns>
    public bool TryGet(TableName table, ReadOnlyMemory<byte> key, out ReadOnlyMemory<byte> value) =>
        Of(table).TryGetValue(key, out value);

    /// <summary>A table's rows by the order of their keys' bytes.</summary>
    public IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> Rows(TableName table) => Of(table);

    /// <summary>The state after a transaction's writes.</summary>
    public LedgerTables With(WriteSet writes)
    {
        var tables = _tables;
        foreach (var table in writes.Tables)
        {
            if (OnlyInLedger.Contains(table.Name.Value)) continue;
            tables = tables.SetItem(table.Name.Value, With(Of(table.Name), table.Writes));
        }
        return ReferenceEquals(tables, _tables) ? this : new LedgerTables(tables);
    }

    private static Table With(Table rows, IEnumerable<KeyWrite> writes)
    {
        foreach (var write in writes)
            rows = write.Value is { } value ? rows.SetItem(write.Key, value) : rows.Remove(write.Key);
        return rows;
    }

    private Table Of(TableName table) => _tables.GetValueOrDefault(table.Value, NoRows);
}
