namespace Stele.Cryptography.Merkle;

/// <summary>The path from a leaf to the root.</summary>
/// <param name="Steps">From the leaf upwards.</param>
public sealed record MerkleProof(IReadOnlyList<ProofStep> Steps)
{
    /// <summary>The root that this proof gives for a leaf.</summary>
    public Digest RootFor(Digest leaf)
    {
        var node = leaf;
        foreach (var step in Steps)
            node = step.SiblingIsLeft ? Digest.Of(step.Sibling, node) : Digest.Of(node, step.Sibling);
        return node;
    }
}
