using System.Collections.Immutable;
using Stele.Ledger.Entries;

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
    public static readonly LedgerTables Empty = new(ImmutableSortedDictionary.Create<string, LedgerTable>(StringComparer.Ordinal));

    private static readonly HashSet<string> OnlyInLedger = new(StringComparer.Ordinal)
    {
        TableNames.Signatures.Value, TableNames.CoseSignatures.Value, TableNames.Tree.Value,
        TableNames.PublicLogs.Value, TableNames.PrivateLogs.Value,
        TableNames.PublicTags.Value, TableNames.PrivateTags.Value,
    };

    private readonly ImmutableSortedDictionary<string, LedgerTable> _tables;

    private LedgerTables(ImmutableSortedDictionary<string, LedgerTable> tables) => _tables = tables;

    /// <summary>All tables that were ever written to, by ordinal order of their names; a table may be without rows.</summary>
    public IEnumerable<LedgerTable> All => _tables.Values;

    /// <summary>How many tables were ever written to.</summary>
    public int Count => _tables.Count;

    /// <summary>Whether a table was ever written to.</summary>
    public bool Has(TableName table) => _tables.ContainsKey(table.Value);

    /// <summary>The value of a key.</summary>
    /// <returns>Whether the table has it.</returns>
    public bool TryGet(TableName table, ReadOnlyMemory<byte> key, out ReadOnlyMemory<byte> value)
    {
        var found = Of(table).TryGet(key, out var row);
        value = row.Value;
        return found;
    }

    /// <summary>A table's keys and values by the order of the keys' bytes.</summary>
    public IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> Rows(TableName table) =>
        Of(table).Rows.Select(row => KeyValuePair.Create(row.Key, row.Value.Value));

    /// <summary>The last transaction that changed a table; <see cref="SeqNo.None"/> where none has.</summary>
    public SeqNo VersionOf(TableName table) => Of(table).Version;

    /// <summary>The transaction that wrote the row of a key; <see cref="SeqNo.None"/> where there is no row.</summary>
    public SeqNo VersionOf(TableName table, ReadOnlyMemory<byte> key) => Of(table).TryGet(key, out var row) ? row.Version : SeqNo.None;

    /// <summary>The state after a transaction's writes.</summary>
    /// <param name="writes">What it wrote.</param>
    /// <param name="seqno">The transaction: the version of the rows that it wrote.</param>
    public LedgerTables With(WriteSet writes, SeqNo seqno)
    {
        var tables = _tables;
        foreach (var table in writes.Tables)
        {
            if (!Holds(table.Name)) continue;
            var before = Of(table.Name);
            var after = before.With(table.Writes, seqno);
            if (!ReferenceEquals(before, after)) tables = tables.SetItem(table.Name.Value, after);
        }
        return ReferenceEquals(tables, _tables) ? this : new LedgerTables(tables);
    }

    /// <summary>Whether a table's rows are part of the state, and not only read out of the ledger.</summary>
    internal static bool Holds(TableName table) => !OnlyInLedger.Contains(table.Value);

    /// <summary>The state that is made of these tables; those that it does not hold are left out.</summary>
    internal static LedgerTables Of(IEnumerable<LedgerTable> tables) => new(Empty._tables.SetItems(
        tables.Where(table => Holds(table.Name)).Select(table => KeyValuePair.Create(table.Name.Value, table))));

    private LedgerTable Of(TableName table) =>
        _tables.TryGetValue(table.Value, out var found) ? found : LedgerTable.Empty(table);
}
