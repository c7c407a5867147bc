using System.Numerics;
using System.Runtime.InteropServices;

namespace Stele.Cryptography.Merkle;

/// <summary>
/// CCF's Merkle tree over a ledger: leaf 0 is 32 zero bytes, leaf i is the entry at seqno i, nodes are paired from the
/// left and an unpaired last node moves up unchanged; a node is SHA-256(left ‖ right), with no prefix.
/// </summary>
/// <remarks>
/// Holds only what the future needs: the complete subtrees over the leaves from <see cref="FirstRetained"/> on, and one
/// for each power of two to the left of them. Its size does not grow with the ledger; each leaf costs one hash, and a root
/// at most one for each level. Not safe for use by two threads at once.
/// </remarks>
public sealed class MerkleTree : IMerkleNodes
{
    // Row k holds complete subtrees of 2^k leaves.
    private readonly List<Row> _rows;

    private MerkleTree(long firstRetained, long leafCount, List<Row> rows)
    {
        FirstRetained = firstRetained;
        LeafCount = leafCount;
        _rows = rows;
    }

    /// <summary>A tree that holds leaf 0 alone, as every ledger's tree begins.</summary>
    public MerkleTree() : this(0, 0, [new Row(0)]) => Append(Digest.Zero);

    /// <summary>The number of leaves, leaf 0 included; the seqno of the next entry.</summary>
    public long LeafCount { get; private set; }

    /// <summary>The index of the first leaf that is still held as itself.</summary>
    public long FirstRetained { get; private set; }

    /// <summary>The leaves that are still held, from <see cref="FirstRetained"/> on; valid until the tree changes.</summary>
    public ReadOnlySpan<Digest> RetainedLeaves =>
        CollectionsMarshal.AsSpan(_rows[0].Nodes)[(int)(FirstRetained - _rows[0].Start)..];

    /// <summary>The complete subtrees left of the retained leaves, widest first.</summary>
    internal IEnumerable<Digest> LeftEdge
    {
        get
        {
            for (var level = _rows.Count - 1; level >= 0; level--)
                if (((FirstRetained >> level) & 1) == 1) yield return _rows[level].At((FirstRetained >> level) - 1);
        }
    }

    /// <summary>The root over all leaves.</summary>
    public Digest Root => MerklePaths.Root(this, LeafCount);

    /// <summary>Puts together a tree of its retained leaves and left edge, widest subtree first.</summary>
    internal static MerkleTree Of(long firstRetained, List<Digest> leftEdge, List<Digest> retained)
    {
        if (BitOperations.PopCount((ulong)firstRetained) != leftEdge.Count)
            throw new FormatException("One left-edge digest is needed for each set bit of the first retained index.");
        if (retained.Count == 0) throw new FormatException("A tree holds at least one leaf.");
        var tree = new MerkleTree(firstRetained, firstRetained, [new Row(firstRetained & ~1L)]);
        for (var level = 1; (firstRetained >> level) > 0; level++) tree._rows.Add(new Row((firstRetained >> level) & ~1L));
        var edge = leftEdge.Count;
        for (var level = 0; edge > 0; level++)
            if (((firstRetained >> level) & 1) == 1) tree._rows[level].Nodes.Add(leftEdge[--edge]);
        foreach (var leaf in retained) tree.Append(leaf);
        return tree;
    }

    /// <summary>Adds the leaf of the next entry: like carrying in binary addition, it completes each subtree it can.</summary>
    public void Append(in Digest leaf)
    {
        var node = leaf;
        var index = LeafCount++;
        for (var level = 0; ; level++, index >>= 1)
        {
            if (level == _rows.Count) _rows.Add(new Row(index));
            var nodes = _rows[level].Nodes;
            nodes.Add(node);
            if ((index & 1) == 0) return;
            node = Digest.Of(nodes[^2], node);
        }
    }

    /// <summary>
    /// Forgets the leaves before an index: no proof can be had for them from here on, the root stays what it is.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No leaf would be left.</exception>
    public void Forget(long before)
    {
        if (before <= FirstRetained) return;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(before, LeafCount);
        // Where a row's first retained node is a right one, the left one beside it is part of the left edge.
        for (var level = 0; level < _rows.Count; level++) _rows[level].Forget((before >> level) & ~1L);
        FirstRetained = before;
    }

    /// <summary>The path from a retained leaf to the root.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The leaf is not among the retained ones.</exception>
    public MerkleProof Prove(long index)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(index, FirstRetained);
        return MerklePaths.Prove(this, index, LeafCount);
    }

    /// <inheritdoc/>
    public Digest Node(int level, long index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, _rows.Count);
        return _rows[level].At(index);
    }

    /// <summary>A tree that can go its own way from here.</summary>
    public MerkleTree Clone() => new(FirstRetained, LeafCount, [.. _rows.Select(row => row.Clone())]);

    /// <summary>One row: its nodes from <see cref="Start"/> on.</summary>
    private sealed class Row(long start)
    {
        public long Start { get; private set; } = start;

        public List<Digest> Nodes { get; private init; } = [];

        public Digest At(long index) => Nodes[(int)(index - Start)];

        public void Forget(long before)
        {
            if (before <= Start) return;
            Nodes.RemoveRange(0, (int)(before - Start));
            Start = before;
        }

        public Row Clone() => new(Start) { Nodes = [.. Nodes] };
    }
}
