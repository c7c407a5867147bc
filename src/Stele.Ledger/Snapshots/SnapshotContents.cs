using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Ledger.Snapshots;

/// <summary>What a snapshot says: the tables after a signature transaction, and what it takes to go on from there.</summary>
public sealed record SnapshotContents
{
    /// <summary>The signature transaction after which the tables are as they are here.</summary>
    public required SeqNo SeqNo { get; init; }

    /// <summary>The view that stands in its vector; 0 in CCF's own snapshots.</summary>
    public View SealedIn { get; init; }

    /// <summary>Its leaf in the Merkle tree, which is not in the tree that it holds itself.</summary>
    public required Digest Leaf { get; init; }

    /// <summary>The seqno with which each view began, from view 1 on; a view that wrote nothing has its successor's.</summary>
    public required IReadOnlyList<SeqNo> ViewHistory { get; init; }

    /// <summary>The tables, public and private, each name once.</summary>
    public required IReadOnlyList<SnapshotTable> Tables { get; init; }

    /// <summary>Takes the state of a node after a signature transaction.</summary>
    /// <param name="tables">The tables after it.</param>
    /// <param name="seqno">The signature transaction.</param>
    /// <param name="leaf">Its leaf.</param>
    /// <param name="signature">What it wrote; its tables stand in a snapshot, though the state does not hold them.</param>
    /// <param name="viewHistory">The seqno with which each view began, from view 1 on.</param>
    public static SnapshotContents Of(
        LedgerTables tables, SeqNo seqno, in Digest leaf, WriteSet signature, IReadOnlyList<SeqNo> viewHistory)
    {
        var signed = signature.Tables.Where(table => !LedgerTables.Holds(table.Name));
        return new SnapshotContents
        {
            SeqNo = seqno,
            Leaf = leaf,
            ViewHistory = viewHistory,
            Tables =
            [
                .. tables.All.Select(Table)
                    .Concat(signed.Select(table => Table(LedgerTable.Empty(table.Name).With(table.Writes, seqno))))
                    .OrderBy(table => table.Name.Value, StringComparer.Ordinal),
            ],
        };
    }

    /// <summary>The tables as a node holds them.</summary>
    public LedgerTables ToTables() => LedgerTables.Of(Tables.Select(table => LedgerTable.Of(
        table.Name, table.Version,
        from row in table.Rows
        where row.Value is not null
        select KeyValuePair.Create(row.Key, new TableRow(row.Value!.Value, row.Version)))));

    /// <summary>The Merkle tree over all entries up to <see cref="SeqNo"/>.</summary>
    /// <exception cref="FormatException">The snapshot holds no tree, or one over other entries.</exception>
    public MerkleTree Tree()
    {
        if (Row(TableNames.Tree, TableNames.SingleKey) is not { } bytes)
            throw new FormatException("The snapshot holds no tree.");
        var tree = MerkleTreeFormat.Read(bytes.Span);
        if (tree.LeafCount != SeqNo.Value)
            throw new FormatException($"The snapshot at seqno {SeqNo} holds a tree of {tree.LeafCount} leaves.");
        tree.Append(Leaf);
        return tree;
    }

    /// <summary>Some of its tables, as one transaction would write them.</summary>
    public WriteSet WritesOf(params ReadOnlySpan<TableName> names)
    {
        var writes = new WriteSet();
        foreach (var table in Tables)
        {
            if (!names.Contains(table.Name)) continue;
            foreach (var row in table.Rows)
                if (row.Value is { } value) writes.Put(table.Name, row.Key, value);
        }
        return writes;
    }

    /// <summary>The value of a key; null where there is none.</summary>
    public ReadOnlyMemory<byte>? Row(TableName name, ReadOnlyMemory<byte> key)
    {
        foreach (var table in Tables)
            if (table.Name == name)
                foreach (var row in table.Rows)
                    if (row.Key.Span.SequenceEqual(key.Span)) return row.Value;
        return null;
    }

    private static SnapshotTable Table(LedgerTable table) => new(
        table.Name, table.Version,
        [.. table.Rows.Select(row => new SnapshotRow(row.Key, row.Value.Version, row.Value.Value))]);
}
