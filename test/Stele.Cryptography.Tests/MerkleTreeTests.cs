using FsCheck;
using FsCheck.Fluent;
using Stele.Cryptography.Merkle;

namespace Stele.Cryptography.Tests;

/// <summary>The tree that holds little against one that holds everything.</summary>
public sealed class MerkleTreeTests
{
    private const int LeavesMax = 70;

    [Fact]
    public void Roots_and_proofs_are_those_of_the_whole_tree_wherever_it_has_forgotten()
    {
        for (var size = 1; size <= LeavesMax; size++)
        {
            var leaves = Leaves(size);
            for (var forgotten = 0; forgotten < size; forgotten++)
            {
                var tree = Tree(leaves);
                tree.Forget(forgotten);
                AssertIsTreeOf(leaves, tree, forgotten);
            }
        }
    }

    [Fact]
    public void What_is_forgotten_step_by_step_is_as_if_forgotten_at_once() =>
        Prop.ForAll<NonNegativeInt[]>(steps =>
        {
            var leaves = new List<Digest> { Digest.Zero };
            var tree = new MerkleTree();
            foreach (var step in steps)
            {
                for (var i = 0; i <= step.Get % 9; i++)
                {
                    var leaf = Digest.Of(BitConverter.GetBytes(leaves.Count));
                    leaves.Add(leaf);
                    tree.Append(leaf);
                }
                tree.Forget(leaves.Count - 1 - (step.Get % 4 == 0 ? 0 : Math.Min(step.Get % 5, leaves.Count - 1)));
            }
            AssertIsTreeOf(leaves, tree, (int)tree.FirstRetained);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_proof_holds_for_its_leaf_alone()
    {
        var leaves = Leaves(21);
        var tree = Tree(leaves);
        for (var proved = 0; proved < leaves.Count; proved++)
            for (var leaf = 0; leaf < leaves.Count; leaf++)
                Assert.Equal(leaf == proved, tree.Prove(proved).RootFor(leaves[leaf]) == tree.Root);
    }

    [Fact]
    public void What_is_forgotten_cannot_be_proved_and_never_is_everything()
    {
        var tree = Tree(Leaves(10));
        tree.Forget(4);
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Prove(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Prove(10));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Forget(10));
    }

    [Fact]
    public void Its_bytes_are_read_back_and_no_others_are()
    {
        for (var forgotten = 0; forgotten < 23; forgotten++)
        {
            var tree = Tree(Leaves(23));
            tree.Forget(forgotten);
            var bytes = MerkleTreeFormat.Write(tree);
            var read = MerkleTreeFormat.Read(bytes);
            Assert.Equal((tree.Root, tree.LeafCount, tree.FirstRetained), (read.Root, read.LeafCount, read.FirstRetained));
            Assert.Equal(bytes, MerkleTreeFormat.Write(read));
            Assert.Throws<FormatException>(() => MerkleTreeFormat.Read(bytes.AsSpan(0, bytes.Length - 1)));
            Assert.Throws<FormatException>(() => MerkleTreeFormat.Read([.. bytes, 0]));
        }
        Assert.Throws<FormatException>(() => MerkleTreeFormat.Read([]));
        Assert.Throws<FormatException>(() => MerkleTreeFormat.Read([.. Enumerable.Repeat((byte)0xff, 48)]));
        Assert.Throws<FormatException>(() => MerkleTreeFormat.Read(new byte[16]));
    }

    private static void AssertIsTreeOf(IReadOnlyList<Digest> leaves, MerkleTree tree, int firstRetained)
    {
        var root = RootOf(leaves);
        Assert.Equal(root, tree.Root);
        Assert.Equal(leaves.Count, tree.LeafCount);
        for (var index = firstRetained; index < leaves.Count; index++)
            Assert.Equal(root, tree.Prove(index).RootFor(leaves[index]));
    }

    private static List<Digest> Leaves(int count) =>
        [Digest.Zero, .. Enumerable.Range(1, count - 1).Select(i => Digest.Of(BitConverter.GetBytes(i)))];

    private static MerkleTree Tree(IReadOnlyList<Digest> leaves)
    {
        var tree = new MerkleTree();
        foreach (var leaf in leaves.Skip(1)) tree.Append(leaf);
        return tree;
    }

    // The textbook: pair from the left, an unpaired last node moves up as it is.
    private static Digest RootOf(IReadOnlyList<Digest> row)
    {
        while (row.Count > 1)
            row = [.. row.Chunk(2).Select(pair => pair.Length == 2 ? Digest.Of(pair[0], pair[1]) : pair[0])];
        return row[0];
    }
}
