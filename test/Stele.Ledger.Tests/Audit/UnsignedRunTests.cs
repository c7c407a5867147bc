using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Audit;

namespace Stele.Ledger.Tests.Audit;

/// <summary>The tree that stands with a signature is known by its leaves, without hashing it, and no other is taken for it.</summary>
public sealed class UnsignedRunTests
{
    private const int HeaderSize = 16;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1000)]
    public void It_has_the_tree_of_the_entries_so_far_and_no_other(int signedAt)
    {
        var (run, tree) = (new UnsignedRun(), new MerkleTree());
        for (var seqno = 1; seqno < signedAt + 12; seqno++)
        {
            var root = tree.Root;
            tree.Append(Digest.Of(BitConverter.GetBytes(seqno)));
            run.Append(Digest.Of(BitConverter.GetBytes(seqno)), "file", seqno);
            if (seqno == signedAt) run.Sign(root);
        }
        var longer = tree.Clone();
        longer.Append(Digest.Zero);
        var shorter = tree.Clone();
        shorter.Forget(signedAt + 1);
        tree.Forget(signedAt);
        var bytes = MerkleTreeFormat.Write(tree);

        Assert.True(run.Has(new StoredMerkleTree(bytes)));
        Assert.False(run.Has(new StoredMerkleTree(MerkleTreeFormat.Write(longer))));
        Assert.False(run.Has(new StoredMerkleTree(MerkleTreeFormat.Write(shorter))));
        for (var i = HeaderSize; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.False(run.Has(new StoredMerkleTree(bytes)));
            bytes[i] ^= 1;
        }
    }

    [Fact]
    public void Of_one_that_nobody_signs_it_says_nothing_once_leaves_are_forgotten()
    {
        var (run, tree) = (new UnsignedRun(), new MerkleTree());
        for (var seqno = 1; seqno <= UnsignedRun.Max; seqno++)
        {
            tree.Append(Digest.Zero);
            run.Append(Digest.Zero, "file", seqno);
        }
        tree.Forget(UnsignedRun.Max / 2);
        Assert.False(run.Has(new StoredMerkleTree(MerkleTreeFormat.Write(tree))));
    }
}
