using System.Buffers;
using System.Numerics;

namespace Stele.Cryptography.Merkle;

/// <summary>
/// Leaves that follow one another, with every node above them that needs no others: what one thread can hash of the tree
/// while another hashes the leaves beside them.
/// </summary>
public sealed class MerkleRun : IDisposable
{
    // Row upon row, the leaves first; each row begins with the node at _starts[height], and its first is _nodes[_rows[height]].
    private readonly Digest[] _nodes;
    private readonly List<int> _rows = [];
    private readonly List<long> _starts = [];

    /// <summary>Hashes all complete subtrees over some leaves, which are copied.</summary>
    /// <param name="first">The index of the first leaf.</param>
    /// <param name="leaves">The leaves.</param>
    public MerkleRun(long first, ReadOnlySpan<Digest> leaves)
    {
        (First, Count) = (first, leaves.Length);
        _nodes = ArrayPool<Digest>.Shared.Rent(2 * leaves.Length);
        leaves.CopyTo(_nodes);
        var (row, start, end) = (0, first, first + leaves.Length);
        while (end > start)
        {
            _rows.Add(row);
            _starts.Add(start);
            var next = row + (int)(end - start);
            var odd = (int)(start & 1);
            (start, end) = ((start + 1) >> 1, end >> 1);
            if (end <= start) return;
            var pairs = (int)(end - start);
            HashPairs(_nodes.AsSpan(row + odd, 2 * pairs), _nodes.AsSpan(next, pairs));
            row = next;
        }
    }

    /// <summary>The index of the first leaf.</summary>
    public long First { get; }

    /// <summary>The number of leaves.</summary>
    public int Count { get; }

    /// <summary>Takes an edge on to an index, by the fewest subtrees that lead there.</summary>
    /// <param name="edge">An edge that ends within this run.</param>
    /// <param name="end">How many leaves it shall have.</param>
    public void Extend(MerkleEdge edge, long end)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(edge.LeafCount, First, nameof(edge));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, First + Count);
        while (edge.LeafCount < end)
        {
            var at = edge.LeafCount;
            var height = Math.Min(BitOperations.Log2((ulong)(end - at)), BitOperations.TrailingZeroCount((ulong)at));
            edge.Add(_nodes[_rows[height] + (int)((at >> height) - _starts[height])], height);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<Digest>.Shared.Return(_nodes);

    private static void HashPairs(ReadOnlySpan<Digest> nodes, Span<Digest> parents)
    {
        for (var i = 0; i < parents.Length; i++) parents[i] = Digest.Of(nodes[2 * i], nodes[(2 * i) + 1]);
    }
}
