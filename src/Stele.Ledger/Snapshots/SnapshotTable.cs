using Stele.Ledger.Entries;

namespace Stele.Ledger.Snapshots;

/// <summary>A table as a snapshot holds it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The last transaction that changed it; none where it was made and never written to.</param>
/// <param name="Rows">Its rows, each key once.</param>
public sealed record SnapshotTable(TableName Name, SeqNo Version, IReadOnlyList<SnapshotRow> Rows);

/// <summary>A row of a table as a snapshot holds it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Version">The transaction that wrote it, or that removed it.</param>
/// <param name="Value">The value; none where the row is a tombstone, which old CCF services leave of removed keys.</param>
public readonly record struct SnapshotRow(ReadOnlyMemory<byte> Key, SeqNo Version, ReadOnlyMemory<byte>? Value);
