using Stele.Cryptography;
using Stele.Ledger.Entries;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Proofs;

/// <summary>What the proofs' index keeps of an entry.</summary>
/// <param name="Leaf">Its leaf in the Merkle tree.</param>
/// <param name="IsSignature">Whether it is a signature transaction.</param>
/// <param name="Signature">The node's signature that it holds; null where it holds none that the index can keep.</param>
public readonly record struct ProofLeaf(Digest Leaf, bool IsSignature, NodeSignature? Signature)
{
    /// <summary>The leaf of the tree before the first entry.</summary>
    public static readonly ProofLeaf BeforeAll = new(Digest.Zero, IsSignature: false, Signature: null);

    /// <summary>What is kept of an entry that was found unaltered.</summary>
    /// <param name="leaf">Its leaf in the Merkle tree.</param>
    /// <param name="isSignature">Whether it is a signature transaction.</param>
    /// <param name="writes">What it wrote.</param>
    public static ProofLeaf Of(in Digest leaf, bool isSignature, WriteSet writes)
    {
        if (!isSignature) return new ProofLeaf(leaf, IsSignature: false, Signature: null);
        try
        {
            return new ProofLeaf(leaf, IsSignature: true, SignatureRecord.Read(writes).Node);
        }
        catch (FormatException)
        {
            // The ledger's own affair: here it is one signature that must be looked for there.
            return new ProofLeaf(leaf, IsSignature: true, Signature: null);
        }
    }
}
