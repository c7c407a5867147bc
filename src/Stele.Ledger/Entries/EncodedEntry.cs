using Stele.Cryptography;

namespace Stele.Ledger.Entries;

/// <summary>A transaction as it stands in the ledger.</summary>
/// <param name="Id">The transaction.</param>
/// <param name="Bytes">The entry, its 8-byte header included.</param>
/// <param name="WriteSetDigest">SHA-256 of those bytes.</param>
/// <param name="Leaf">Its leaf in the Merkle tree.</param>
public sealed record EncodedEntry(TransactionId Id, ReadOnlyMemory<byte> Bytes, Digest WriteSetDigest, Digest Leaf);
