using System.Text;
using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Snapshots;

/// <summary>
/// The receipt behind a snapshot's entry: the proof that the transaction that vouches for the snapshot is in the ledger.
/// </summary>
public sealed record SnapshotReceipt
{
    /// <summary>The certificate of the node that signed the root, PEM.</summary>
    public required string NodeCertificate { get; init; }

    /// <summary>Hexadecimal SHA-256 of the node's public key (SubjectPublicKeyInfo).</summary>
    public required string NodeId { get; init; }

    /// <summary>SHA-256 of the transaction's whole ledger entry.</summary>
    public required Digest WriteSetDigest { get; init; }

    /// <summary>The text <c>ce:view.seqno:nonce</c> that only a committed transaction reveals.</summary>
    public required string CommitEvidence { get; init; }

    /// <summary>The transaction's claims digest: that of the snapshot's entry.</summary>
    public required Digest ClaimsDigest { get; init; }

    /// <summary>The path from the leaf to the root.</summary>
    public required MerkleProof Proof { get; init; }

    /// <summary>The node's ECDSA signature over the root, DER; the root is taken as the SHA-256 digest itself.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>Certificates that lead from the node's certificate to the current service, oldest first.</summary>
    public IReadOnlyList<string> ServiceEndorsements { get; init; } = [];

    /// <summary>The transaction, as its commit evidence names it.</summary>
    /// <exception cref="FormatException">It names none.</exception>
    public TransactionId Transaction =>
        CommitEvidence.Split(':') is ["ce", var id, _] && TransactionId.TryParse(id, out var transaction)
            ? transaction
            : throw new FormatException("The receipt's commit evidence names no transaction.");

    /// <summary>The root that the node must have signed.</summary>
    public Digest Root => Proof.RootFor(
        EntryLeaf.Of(WriteSetDigest, Digest.Of(Encoding.UTF8.GetBytes(CommitEvidence)), ClaimsDigest));
}
