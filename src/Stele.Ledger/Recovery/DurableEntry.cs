using Stele.Cryptography;
using Stele.Ledger.Entries;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Recovery;

/// <summary>An entry that the disk holds, as the state takes it in.</summary>
/// <param name="Id">The transaction.</param>
/// <param name="Leaf">Its leaf in the Merkle tree.</param>
/// <param name="IsSignature">Whether it is a signature transaction.</param>
/// <param name="Writes">What it wrote, to public tables and to private ones; of a closed one to public tables alone.</param>
/// <param name="IsOpen">Whether its private part could be opened: not so while a service is being recovered.</param>
public readonly record struct DurableEntry(TransactionId Id, Digest Leaf, bool IsSignature, WriteSet Writes, bool IsOpen = true)
{
    /// <summary>An entry that was read.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="privateWrites">What it wrote to private tables; nothing where it could not be opened.</param>
    /// <param name="isOpen">Whether it could.</param>
    public static DurableEntry Of(LedgerEntry entry, WriteSet privateWrites, bool isOpen = true) =>
        new(entry.Id, entry.Leaf, SignatureRecord.IsSignature(entry), entry.PublicWrites.With(privateWrites), isOpen);
}
