using Stele.Cryptography;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Recovery;

/// <summary>An entry that the disk holds, as the state takes it in.</summary>
/// <param name="Id">The transaction.</param>
/// <param name="Leaf">Its leaf in the Merkle tree.</param>
/// <param name="IsSignature">Whether it is a signature transaction.</param>
/// <param name="Writes">What it wrote, to public tables and to private ones.</param>
public readonly record struct DurableEntry(TransactionId Id, Digest Leaf, bool IsSignature, WriteSet Writes);
