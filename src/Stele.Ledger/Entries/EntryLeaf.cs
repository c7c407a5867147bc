using Stele.Cryptography;

namespace Stele.Ledger.Entries;

/// <summary>The leaf of an entry in the Merkle tree.</summary>
internal static class EntryLeaf
{
    /// <summary>SHA-256 of the digests that the entry's type has: write set, commit evidence, claims.</summary>
    public static Digest Of(in Digest writeSet, in Digest? commitEvidence, in Digest? claims)
    {
        if (commitEvidence is null && claims is null) return writeSet;
        Span<byte> parts = stackalloc byte[3 * Digest.Size];
        var size = 0;
        Put(writeSet, parts, ref size);
        if (commitEvidence is { } evidence) Put(evidence, parts, ref size);
        if (claims is { } claimed) Put(claimed, parts, ref size);
        return Digest.Of(parts[..size]);
    }

    private static void Put(Digest digest, Span<byte> parts, ref int size)
    {
        digest.Span.CopyTo(parts[size..]);
        size += Digest.Size;
    }
}
