using FsCheck;
using FsCheck.Fluent;
using Stele.Cryptography.Merkle;

namespace Stele.Cryptography.Tests;

/// <summary>A tree put together of runs has the root of the tree that grew leaf by leaf.</summary>
public sealed class MerkleRunTests
{
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void At_every_place_within_runs_of_any_length() => Prop.ForAll(Seeds, seed =>
    {
        var random = new Random(seed);
        var (tree, edge) = (new MerkleTree(), new MerkleEdge());
        for (var runs = random.Next(1, 12); runs > 0; runs--)
        {
            var leaves = Leaves(random, random.Next(70));
            using var run = new MerkleRun(tree.LeafCount, leaves);
            foreach (var leaf in leaves)
            {
                tree.Append(leaf);
                if (random.Next(5) > 0) continue;
                run.Extend(edge, tree.LeafCount);
                Assert.Equal(tree.Root, edge.Root);
            }
            run.Extend(edge, tree.LeafCount);
            Assert.Equal((tree.LeafCount, tree.Root), (edge.LeafCount, edge.Root));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_stored_tree_has_its_root_whatever_it_has_forgotten() => Prop.ForAll(Seeds, seed =>
    {
        var random = new Random(seed);
        var tree = new MerkleTree();
        foreach (var leaf in Leaves(random, random.Next(300))) tree.Append(leaf);
        tree.Forget(random.Next((int)tree.LeafCount));
        var stored = new StoredMerkleTree(MerkleTreeFormat.Write(tree));
        Assert.Equal((tree.FirstRetained, tree.LeafCount), (stored.FirstRetained, stored.LeafCount));
        Assert.Equal(tree.Root, stored.Root());
    }).QuickCheckThrowOnFailure();

    private static Digest[] Leaves(Random random, int count)
    {
        var bytes = new byte[Digest.Size];
        var leaves = new Digest[count];
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(bytes);
            leaves[i] = new Digest(bytes);
        }
        return leaves;
    }
}
