using FsCheck;
using FsCheck.Fluent;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Ledger.Tests.Snapshots;

/// <summary>What a number of transactions write, one after another from seqno 1 on.</summary>
public sealed record History(IReadOnlyList<IReadOnlyList<Write>> Transactions)
{
    private static readonly string[] TableNames =
        ["public:ccf.gov.users.info", "public:ccf.gov.members.info", "public:records", "private.records", "ccf.internal.shares"];

    public static Arbitrary<History> Arbitrary { get; } = Arb.From(
        from transactions in Gen.ListOf(Gen.ListOf(AnyWrite()))
        select new History([.. transactions.Select(writes => (IReadOnlyList<Write>)[.. writes])]));

    public SeqNo Last => new(Transactions.Count + 1);

    /// <summary>The state that the node itself would have.</summary>
    public LedgerTables Tables()
    {
        var tables = LedgerTables.Empty;
        for (var i = 0; i < Transactions.Count; i++)
        {
            var writes = new WriteSet();
            foreach (var write in Transactions[i])
                if (write.Value is { } value) writes.Put(new TableName(write.Table), write.Key, value);
                else writes.Remove(new TableName(write.Table), write.Key);
            tables = tables.With(writes, new SeqNo(i + 1));
        }
        return tables;
    }

    /// <summary>The same, kept in the plainest way: a line for each table with its version and for each row with its own.</summary>
    public string Model()
    {
        var rows = new SortedDictionary<(string Table, string Key), (string Value, int Version)>();
        var versions = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Transactions.Count; i++)
            foreach (var ((table, key), value) in Final(Transactions[i]))
            {
                if (value is not null) rows[(table, key)] = (Convert.ToHexString(value), i + 1);
                else if (!rows.Remove((table, key))) continue;
                versions[table] = i + 1;
            }
        return Lines(
            versions.Select(table => $"{table.Key} {table.Value}"),
            rows.Select(row => $"{row.Key.Table} {row.Key.Key} {row.Value.Version} {row.Value.Value}"));
    }

    public static string Text(LedgerTables tables) => Lines(
        tables.All.Select(table => $"{table.Name} {table.Version}"),
        from table in tables.All
        from row in table.Rows
        select $"{table.Name} {Convert.ToHexString(row.Key.Span)} {row.Value.Version} {Convert.ToHexString(row.Value.Value.Span)}");

    // Of several writes of one transaction to a key the last counts.
    private static Dictionary<(string Table, string Key), byte[]?> Final(IEnumerable<Write> writes)
    {
        var final = new Dictionary<(string Table, string Key), byte[]?>();
        foreach (var write in writes) final[(write.Table, Convert.ToHexString(write.Key))] = write.Value;
        return final;
    }

    private static string Lines(params IEnumerable<string>[] parts) =>
        string.Join('\n', parts.SelectMany(part => part).Order(StringComparer.Ordinal));

    private static Gen<Write> AnyWrite() =>
        from table in Gen.Elements(TableNames)
        from size in Gen.Choose(0, 9)
        from key in Gen.ArrayOf(Gen.Elements<byte>(0, 1, 2), size)
        from value in Gen.ArrayOf(ArbMap.Default.GeneratorFor<byte>())
        from removed in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new Write(table, size < 3 ? key : key[..3], removed ? null : value);
}

/// <summary>A write of a history; a removal where there is no value.</summary>
public sealed record Write(string Table, byte[] Key, byte[]? Value);
