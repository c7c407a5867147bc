using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Stele.Cryptography.Merkle;

/// <summary>
/// A tree as it is stored (<see cref="MerkleTreeFormat"/>), its digests where they lie: for who compares it or hashes its
/// root, and needs no paths.
/// </summary>
public readonly ref struct StoredMerkleTree
{
    private const int HeaderSize = 16;

    private readonly ReadOnlySpan<Digest> _digests;
    private readonly int _count;

    /// <summary>Takes a tree's bytes, which are kept, not copied.</summary>
    /// <exception cref="FormatException">The bytes are not a tree of the size they claim.</exception>
    public StoredMerkleTree(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize) throw new FormatException($"A tree has at least {HeaderSize} bytes.");
        var count = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var first = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        var edge = BitOperations.PopCount(first);
        if (count is 0 or > int.MaxValue || first > long.MaxValue / 2) throw new FormatException("A tree of no such size.");
        if ((ulong)bytes.Length != HeaderSize + (Digest.Size * (count + (ulong)edge)))
            throw new FormatException($"A tree of {count} leaves from {first} on has not {bytes.Length} bytes.");
        (FirstRetained, _count) = ((long)first, (int)count);
        _digests = MemoryMarshal.Cast<byte, Digest>(bytes[HeaderSize..]);
    }

    /// <summary>The index of the first leaf that is held as itself.</summary>
    public long FirstRetained { get; }

    /// <summary>The number of leaves, leaf 0 included.</summary>
    public long LeafCount => FirstRetained + _count;

    /// <summary>The leaves from <see cref="FirstRetained"/> on.</summary>
    public ReadOnlySpan<Digest> RetainedLeaves => _digests[.._count];

    /// <summary>The complete subtrees left of those, narrowest first.</summary>
    public ReadOnlySpan<Digest> LeftEdge => _digests[_count..];

    /// <summary>Hashes the root over the leaves before <see cref="FirstRetained"/>; zero where there are none.</summary>
    public Digest LeftEdgeRoot()
    {
        if (LeftEdge.IsEmpty) return Digest.Zero;
        var node = LeftEdge[0];
        foreach (var subtree in LeftEdge[1..]) node = Digest.Of(subtree, node);
        return node;
    }

    /// <summary>Hashes the root over all leaves.</summary>
    public Digest Root()
    {
        var edge = new MerkleEdge(FirstRetained, LeftEdge.ToArray().Reverse());
        using var run = new MerkleRun(FirstRetained, RetainedLeaves);
        run.Extend(edge, LeafCount);
        return edge.Root;
    }
}
