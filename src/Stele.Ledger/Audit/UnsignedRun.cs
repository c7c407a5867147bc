using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Files;

namespace Stele.Ledger.Audit;

/// <summary>The leaves since the last signature and where their entries lie, so that a wrong one can be named.</summary>
/// <remarks>
/// At most <see cref="Max"/> are kept. A service signs each few thousand entries; where one does not, the oldest can no
/// longer be named, and the signature over them is where the damage is said to be.
/// </remarks>
internal sealed class UnsignedRun
{
    /// <summary>The leaves that are kept at most: about 15 MB.</summary>
    public const int Max = 1 << 18;

    private readonly List<(Digest Leaf, string File, long Offset)> _leaves = [(Digest.Zero, "", 0)];
    private long _first;
    private Digest? _rootBefore = Digest.Zero;

    /// <summary>Begins behind a signature transaction.</summary>
    public void Resume(SeqNo signature, in Digest leaf, in Digest root)
    {
        _leaves.Clear();
        _leaves.Add((leaf, "", 0));
        (_first, _rootBefore) = (signature.Value, root);
    }

    /// <summary>Takes the next leaf.</summary>
    public void Append(in Digest leaf, string file, long offset)
    {
        if (_leaves.Count == Max)
        {
            Forget(Max / 2);
            _rootBefore = null;
        }
        _leaves.Add((leaf, file, offset));
    }

    /// <summary>Forgets all leaves but the last, which is a signature's.</summary>
    /// <param name="root">The root over the leaves before it.</param>
    public void Sign(in Digest root)
    {
        Forget(_leaves.Count - 1);
        _rootBefore = root;
    }

    /// <summary>
    /// Whether a tree holds the very leaves that are kept here, and before them subtrees of the same root: then it is the
    /// tree of the entries so far. Where it holds others as themselves, that cannot be said.
    /// </summary>
    public bool Has(StoredMerkleTree tree)
    {
        var leaves = tree.RetainedLeaves;
        if (tree.FirstRetained != _first || leaves.Length != _leaves.Count || tree.LeftEdgeRoot() != _rootBefore) return false;
        for (var i = 0; i < leaves.Length; i++)
            if (leaves[i] != _leaves[i].Leaf) return false;
        return true;
    }

    /// <summary>
    /// Names the altered entry: the first whose leaf is not the one that stands in the tree beside the signature.
    /// </summary>
    /// <exception cref="LedgerCorruptException">There is one.</exception>
    public void NameTheWrongLeaf(StoredMerkleTree recorded)
    {
        var end = Math.Min(_first + _leaves.Count, recorded.LeafCount);
        for (var index = Math.Max(recorded.FirstRetained, _first); index < end; index++)
        {
            var (leaf, file, offset) = _leaves[(int)(index - _first)];
            if (leaf == recorded.RetainedLeaves[(int)(index - recorded.FirstRetained)]) continue;
            throw new LedgerCorruptException(
                file, offset, new SeqNo(index), "the entry is not the one whose digest was signed");
        }
    }

    private void Forget(int count)
    {
        _leaves.RemoveRange(0, count);
        _first += count;
    }
}
