namespace Stele.Cryptography.Merkle;

/// <summary>
/// The left edge of CCF's Merkle tree alone: one digest for each complete subtree, which is all that the root needs.
/// </summary>
/// <remarks>It takes whole subtrees as well as leaves, so that they can be made elsewhere. Not safe for two threads at once.</remarks>
public sealed class MerkleEdge
{
    // Widest (leftmost) first: their sizes are the set bits of LeafCount.
    private readonly List<Digest> _subtrees = [];

    /// <summary>An edge that holds leaf 0 alone, as every ledger's tree begins.</summary>
    public MerkleEdge() => Add(Digest.Zero, height: 0);

    internal MerkleEdge(long leafCount, IEnumerable<Digest> subtrees)
    {
        LeafCount = leafCount;
        _subtrees.AddRange(subtrees);
    }

    /// <summary>The number of leaves, leaf 0 included; the seqno of the next entry.</summary>
    public long LeafCount { get; private set; }

    /// <summary>The root over all leaves.</summary>
    public Digest Root
    {
        get
        {
            var node = _subtrees[^1];
            for (var i = _subtrees.Count - 2; i >= 0; i--) node = Digest.Of(_subtrees[i], node);
            return node;
        }
    }

    /// <summary>Adds a complete subtree of 2^height leaves; as many leaves must divide <see cref="LeafCount"/>.</summary>
    internal void Add(in Digest subtree, int height)
    {
        // Like carrying in binary addition: what is added joins every complete subtree that it completes.
        var node = subtree;
        for (var carry = LeafCount >> height; (carry & 1) == 1; carry >>= 1)
        {
            node = Digest.Of(_subtrees[^1], node);
            _subtrees.RemoveAt(_subtrees.Count - 1);
        }
        _subtrees.Add(node);
        LeafCount += 1L << height;
    }
}
