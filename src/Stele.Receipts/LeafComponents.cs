using System.Text;
using Stele.Cryptography;

namespace Stele.Receipts;

/// <summary>The three parts of a transaction's leaf in the Merkle tree.</summary>
/// <param name="WriteSetDigest">SHA-256 of the whole ledger entry, its 8-byte header included.</param>
/// <param name="CommitEvidence">The text <c>ce:view.seqno:nonce</c> that only a committed transaction reveals.</param>
/// <param name="ClaimsDigest">The digest of the application claims; zero where there are none.</param>
public sealed record LeafComponents(Digest WriteSetDigest, string CommitEvidence, Digest ClaimsDigest)
{
    /// <summary>SHA-256(write-set digest ‖ SHA-256(commit evidence) ‖ claims digest).</summary>
    public Digest ToLeaf()
    {
        Span<byte> parts = stackalloc byte[3 * Digest.Size];
        WriteSetDigest.Span.CopyTo(parts);
        Digest.Of(Encoding.UTF8.GetBytes(CommitEvidence)).Span.CopyTo(parts[Digest.Size..]);
        ClaimsDigest.Span.CopyTo(parts[(2 * Digest.Size)..]);
        return Digest.Of(parts);
    }
}
