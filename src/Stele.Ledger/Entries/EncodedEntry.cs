using Stele.Cryptography;

namespace Stele.Ledger.Entries;

/// <summary>A transaction as it stands in the ledger.</summary>
/// <param name="Id">The transaction.</param>
/// <param name="Bytes">The entry, its 8-byte header included.</param>
/// <param name="Leaf">Its leaf in the Merkle tree.</param>
public readonly record struct EncodedEntry(TransactionId Id, ReadOnlyMemory<byte> Bytes, Digest Leaf);
