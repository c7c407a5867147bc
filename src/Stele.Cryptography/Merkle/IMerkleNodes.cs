namespace Stele.Cryptography.Merkle;

/// <summary>The complete subtrees of a Merkle tree, wherever they are kept.</summary>
public interface IMerkleNodes
{
    /// <summary>The digest over the 2^level leaves from <paramref name="index"/> × 2^level on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not held, or not complete.</exception>
    Digest Node(int level, long index);
}
