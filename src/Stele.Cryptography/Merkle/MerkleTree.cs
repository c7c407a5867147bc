using System.Numerics;

namespace Stele.Cryptography.Merkle;

/// <summary>
/// CCF's Merkle tree over a ledger: leaf 0 is 32 zero bytes, leaf i is the entry at seqno i, nodes are paired from the
/// left and an unpaired last node moves up unchanged; a node is SHA-256(left ‖ right), with no prefix.
/// </summary>
/// <remarks>
/// Holds only what the future needs: the leaves from <see cref="FirstRetained"/> on, and one digest for each complete
/// subtree to the left of them. Its size does not grow with the ledger. Not safe for use by two threads at once.
/// </remarks>
public sealed class MerkleTree
{
    // The flushed part's complete subtrees, widest (leftmost) first: their sizes are the set bits of FirstRetained.
    private readonly List<Digest> _leftEdge;
    private readonly List<Digest> _retained;

    private MerkleTree(long firstRetained, List<Digest> leftEdge, List<Digest> retained)
    {
        FirstRetained = firstRetained;
        _leftEdge = leftEdge;
        _retained = retained;
    }

    /// <summary>A tree that holds leaf 0 alone, as every ledger's tree begins.</summary>
    public MerkleTree() : this(0, [], [Digest.Zero])
    {
    }

    /// <summary>The number of leaves, leaf 0 included; the seqno of the next entry.</summary>
    public long LeafCount => FirstRetained + _retained.Count;

    /// <summary>The index of the first leaf that is still held as itself.</summary>
    public long FirstRetained { get; private set; }

    /// <summary>The leaves that are still held, from <see cref="FirstRetained"/> on.</summary>
    public IReadOnlyList<Digest> RetainedLeaves => _retained;

    /// <summary>The complete subtrees left of the retained leaves, widest first.</summary>
    internal IReadOnlyList<Digest> LeftEdge => _leftEdge;

    /// <summary>The root over all leaves.</summary>
    public Digest Root
    {
        get
        {
            var level = Row();
            while (!level.IsRoot) level = level.Up();
            return level.Nodes[0];
        }
    }

    /// <summary>Puts together a tree of its retained leaves and left edge.</summary>
    internal static MerkleTree Of(long firstRetained, List<Digest> leftEdge, List<Digest> retained)
    {
        if (BitOperations.PopCount((ulong)firstRetained) != leftEdge.Count)
            throw new FormatException("One left-edge digest is needed for each set bit of the first retained index.");
        if (retained.Count == 0) throw new FormatException("A tree holds at least one leaf.");
        return new MerkleTree(firstRetained, leftEdge, retained);
    }

    /// <summary>Adds the leaf of the next entry.</summary>
    public void Append(in Digest leaf) => _retained.Add(leaf);

    /// <summary>
    /// Forgets the leaves before an index: no proof can be had for them from here on, the root stays what it is.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No leaf would be left.</exception>
    public void Forget(long before)
    {
        if (before <= FirstRetained) return;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(before, LeafCount);
        for (var index = FirstRetained; index < before; index++)
            MergeIntoLeftEdge(_retained[(int)(index - FirstRetained)], index);
        _retained.RemoveRange(0, (int)(before - FirstRetained));
        FirstRetained = before;
    }

    /// <summary>The path from a retained leaf to the root.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The leaf is not among the retained ones.</exception>
    public MerkleProof Prove(long index)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(index, FirstRetained);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, LeafCount);
        var steps = new List<ProofStep>();
        for (var level = Row(); !level.IsRoot; level = level.Up())
        {
            var sibling = index ^ 1;
            if (sibling < level.Count) steps.Add(new ProofStep(level.At(sibling), SiblingIsLeft: sibling < index));
            index >>= 1;
        }
        return new MerkleProof(steps);
    }

    /// <summary>A tree that can go its own way from here.</summary>
    public MerkleTree Clone() => new(FirstRetained, [.. _leftEdge], [.. _retained]);

    // Like carrying in binary addition: a new leaf joins every complete subtree that it completes.
    private void MergeIntoLeftEdge(Digest leaf, long index)
    {
        var node = leaf;
        for (var carry = index; (carry & 1) == 1; carry >>= 1)
        {
            node = Digest.Of(_leftEdge[^1], node);
            _leftEdge.RemoveAt(_leftEdge.Count - 1);
        }
        _leftEdge.Add(node);
    }

    private Level Row() => new(FirstRetained, LeafCount, _retained, _leftEdge, _leftEdge.Count);

    /// <summary>One row of the tree: the nodes from <paramref name="Start"/> on that are not within the left edge.</summary>
    private readonly record struct Level(
        long Start, long Count, IReadOnlyList<Digest> Nodes, List<Digest> LeftEdge, int EdgeLeft)
    {
        public bool IsRoot => Count == 1;

        // The only node before Start that is ever asked for is Start - 1, when Start is odd: the edge's last subtree.
        public Digest At(long index) => index < Start ? LeftEdge[EdgeLeft - 1] : Nodes[(int)(index - Start)];

        public Level Up()
        {
            var edgeLeft = (Start & 1) == 1 ? EdgeLeft - 1 : EdgeLeft;
            var parents = new List<Digest>((Nodes.Count / 2) + 1);
            for (var left = Start & ~1L; left < Count; left += 2)
                parents.Add(left + 1 < Count ? Digest.Of(At(left), At(left + 1)) : At(left));
            return new Level(Start >> 1, (Count + 1) >> 1, parents, LeftEdge, edgeLeft);
        }
    }
}
