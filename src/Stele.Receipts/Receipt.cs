using Stele.Cryptography.Merkle;

namespace Stele.Receipts;

/// <summary>The proof that a transaction is in a ledger: a Merkle path to a root that a node of the service signed.</summary>
public sealed record Receipt
{
    /// <summary>The certificate of the node that signed the root, PEM.</summary>
    public required string NodeCertificate { get; init; }

    /// <summary>Hexadecimal SHA-256 of the node's public key (SubjectPublicKeyInfo); none where the receipt does not say.</summary>
    public string? NodeId { get; init; }

    /// <summary>What the leaf is made of.</summary>
    public required LeafComponents Leaf { get; init; }

    /// <summary>The path from the leaf to the root.</summary>
    public required MerkleProof Proof { get; init; }

    /// <summary>The node's ECDSA signature over the root, DER; the root is taken as the SHA-256 digest itself.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>Certificates that lead from the node's certificate to the current service, oldest first.</summary>
    public IReadOnlyList<string> ServiceEndorsements { get; init; } = [];
}
