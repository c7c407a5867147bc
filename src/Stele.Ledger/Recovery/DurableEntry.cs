using Stele.Cryptography;
using Stele.Ledger.Entries;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Recovery;

/// <summary>An entry that the disk holds, as the state takes it in.</summary>
/// <param name="Id">The transaction.</param>
/// <param name="Leaf">Its leaf in the Merkle tree.</param>
/// <param name="IsSignature">Whether it is a signature transaction.</param>
/// <param name="Writes">What it wrote, to public tables and to private ones.</param>
public readonly record struct DurableEntry(TransactionId Id, Digest Leaf, bool IsSignature, WriteSet Writes)
{
    /// <summary>An entry that was read and opened.</summary>
    public static DurableEntry Of(LedgerEntry entry, WriteSet privateWrites) =>
        new(entry.Id, entry.Leaf, SignatureRecord.IsSignature(entry), entry.PublicWrites.With(privateWrites));
}
