namespace Stele.Cryptography.Merkle;

/// <summary>
/// Roots and proofs of a tree of any size, out of its complete subtrees alone. What is not complete is the right edge, and
/// that is at most one subtree of each size: the set bits of the number of leaves.
/// </summary>
public static class MerklePaths
{
    /// <summary>The root over the first leaves.</summary>
    /// <param name="nodes">Where the complete subtrees are.</param>
    /// <param name="leafCount">How many leaves: at least one.</param>
    public static Digest Root<TNodes>(TNodes nodes, long leafCount)
        where TNodes : IMerkleNodes
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(leafCount);
        return RightEdge(nodes, leafCount, belowLevel: 63);
    }

    /// <summary>The path from a leaf to the root over the first leaves.</summary>
    /// <param name="nodes">Where the complete subtrees are.</param>
    /// <param name="index">The leaf.</param>
    /// <param name="leafCount">How many leaves the root is over.</param>
    public static MerkleProof Prove<TNodes>(TNodes nodes, long index, long leafCount)
        where TNodes : IMerkleNodes
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leafCount);
        var steps = new List<ProofStep>(32);
        for (var level = 0; (1L << level) < leafCount; level++, index >>= 1)
        {
            var sibling = index ^ 1;
            var begin = sibling << level;
            if (begin >= leafCount) continue; // unpaired: it moves up unchanged
            var isComplete = begin + (1L << level) <= leafCount;
            var digest = isComplete ? nodes.Node(level, sibling) : RightEdge(nodes, leafCount, belowLevel: level);
            steps.Add(new ProofStep(digest, SiblingIsLeft: sibling < index));
        }
        return new MerkleProof(steps);
    }

    // The digest over the leaves that the complete subtrees below a level hold: folded from the narrowest, rightmost one.
    private static Digest RightEdge<TNodes>(TNodes nodes, long leafCount, int belowLevel)
        where TNodes : IMerkleNodes
    {
        Digest? edge = null;
        for (var level = 0; level < belowLevel && (leafCount >> level) > 0; level++)
        {
            var count = leafCount >> level;
            if ((count & 1) == 0) continue;
            var node = nodes.Node(level, count - 1);
            edge = edge is { } right ? Digest.Of(node, right) : node;
        }
        return edge!.Value;
    }
}
