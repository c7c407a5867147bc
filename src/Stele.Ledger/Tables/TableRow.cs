namespace Stele.Ledger.Tables;

/// <summary>What a key of a table holds.</summary>
/// <param name="Value">The value.</param>
/// <param name="Version">The transaction that wrote it.</param>
public readonly record struct TableRow(ReadOnlyMemory<byte> Value, SeqNo Version);
