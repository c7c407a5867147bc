using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Stele.Cryptography.Merkle;

/// <summary>
/// The bytes of a tree as CCF stores them in <c>public:ccf.internal.tree</c>: u64 big-endian count of retained leaves,
/// u64 big-endian index of the first, the leaves, then the left edge's subtrees, deepest (narrowest) first.
/// </summary>
public static class MerkleTreeFormat
{
    private const int HeaderSize = 16;

    /// <summary>The tree's bytes: 16 + 32 × (retained leaves + left-edge subtrees).</summary>
    public static byte[] Write(MerkleTree tree)
    {
        var leaves = tree.RetainedLeaves;
        var edge = tree.LeftEdge.ToList();
        var bytes = new byte[HeaderSize + (Digest.Size * (leaves.Length + edge.Count))];
        BinaryPrimitives.WriteInt64BigEndian(bytes, leaves.Length);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), tree.FirstRetained);
        var rest = bytes.AsSpan(HeaderSize);
        var flat = MemoryMarshal.AsBytes(leaves);
        flat.CopyTo(rest);
        rest = rest[flat.Length..];
        for (var i = edge.Count - 1; i >= 0; i--) Put(ref rest, edge[i]);
        return bytes;
    }

    /// <summary>Reads a tree.</summary>
    /// <exception cref="FormatException">The bytes are not a tree of the size they claim.</exception>
    public static MerkleTree Read(ReadOnlySpan<byte> bytes)
    {
        var stored = new StoredMerkleTree(bytes);
        return MerkleTree.Of(stored.FirstRetained, [.. stored.LeftEdge.ToArray().Reverse()], [.. stored.RetainedLeaves]);
    }

    private static void Put(ref Span<byte> rest, Digest digest)
    {
        digest.Span.CopyTo(rest);
        rest = rest[Digest.Size..];
    }
}
