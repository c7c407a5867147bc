using FsCheck;
using FsCheck.Fluent;
using Stele.Cryptography;
using Stele.Ledger.Proofs;

namespace Stele.Ledger.Tests.Proofs;

/// <summary>The tiled tree against a tree that has never forgotten anything.</summary>
public sealed class ProofIndexTests : IDisposable
{
    private const int Tile = 65_536;
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Proofs_and_signatures_are_those_of_the_whole_tree_in_memory_on_disk_and_after_a_restart()
    {
        const int Count = (2 * Tile) + 12_345;
        var random = new Random(7);
        var model = new NaiveProofs(Count, random);
        using (var index = ProofIndex.Open(_directory, SeqNo.None, SeqNo.None))
        {
            for (var seqno = 1; seqno < Count; seqno++) index.Append(model.Leaf(seqno));
            model.AssertSame(index, random, Count - 1, samples: 300);
            await index.FlushAsync();
            model.AssertSame(index, random, Count - 1, samples: 300);
        }
        Assert.Equal(2, Directory.GetFiles(_directory).Length);
        using var again = ProofIndex.Open(_directory, new SeqNo(Count - 1), SeqNo.None);
        Assert.Equal(new SeqNo(2 * Tile), again.Next);
        for (var seqno = 2 * Tile; seqno < Count; seqno++) again.Append(model.Leaf(seqno));
        model.AssertSame(again, random, Count - 1, samples: 1000);
    }

    [Fact]
    public void Small_trees_are_proved_leaf_by_leaf_to_every_signature()
    {
        Prop.ForAll<PositiveInt, int>((size, seed) =>
        {
            var count = 2 + (size.Get % 600);
            var model = new NaiveProofs(count, new Random(seed));
            var directory = Directory.CreateDirectory(Path.Combine(_directory, $"{seed}-{count}"));
            using var index = ProofIndex.Open(directory.FullName, SeqNo.None, SeqNo.None);
            for (var seqno = 1; seqno < count; seqno++) index.Append(model.Leaf(seqno));
            for (var entry = 0; entry < count - 1; entry++) model.AssertSame(index, entry, count - 1);
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_tile_that_is_lost_is_named_and_put_back(int lost)
    {
        const int Count = (3 * Tile) + 100;
        var random = new Random(11);
        var model = new NaiveProofs(Count, random);
        using (var index = ProofIndex.Open(_directory, SeqNo.None, SeqNo.None))
        {
            for (var seqno = 1; seqno < Count; seqno++) index.Append(model.Leaf(seqno));
            await index.FlushAsync();
        }
        File.Delete(Directory.GetFiles(_directory, $"proofs_{lost * Tile}-*").Single());
        using var again = ProofIndex.Open(_directory, new SeqNo(Count - 1), SeqNo.None);
        for (var seqno = (int)again.Next.Value; seqno < Count; seqno++) again.Append(model.Leaf(seqno));
        var range = Assert.Single(again.Missing);
        Assert.Null(again.Prove(range.First, new SeqNo(range.First.Value + 9)));
        Assert.Null(again.Prove(new SeqNo(Count - 2), new SeqNo(Count - 1)));
        again.Restore(range, Enumerable.Range((int)range.First.Value, Tile).Where(i => i > 0)
            .Select(model.Leaf));
        Assert.Empty(again.Missing);
        model.AssertSame(again, random, Count - 1, samples: 500);
    }

    [Fact]
    public async Task A_tile_that_is_damaged_never_gives_the_signed_root_and_is_given_up()
    {
        const int Count = Tile + 3000;
        var model = new NaiveProofs(Count, new Random(3));
        using (var index = ProofIndex.Open(_directory, SeqNo.None, SeqNo.None))
        {
            for (var seqno = 1; seqno < Count; seqno++) index.Append(model.Leaf(seqno));
            await index.FlushAsync();
        }
        var file = Assert.Single(Directory.GetFiles(_directory));
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[(100 * Digest.Size) + 5] ^= 1; // leaf 100, on the path of leaf 101
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        using var again = ProofIndex.Open(_directory, new SeqNo(Count - 1), SeqNo.None);
        var (entry, signature) = (new SeqNo(101), new SeqNo(4000));
        Assert.NotEqual(model.RootAt(4000), again.Prove(entry, signature)!.RootFor(model.Leaves[101]));
        again.Distrust(entry, signature);
        Assert.Null(again.Prove(entry, signature));
        Assert.Equal(SeqNo.None, Assert.Single(again.Missing).First);
    }

    [Fact]
    public void Tiles_of_another_length_and_beyond_the_ledgers_end_are_put_away()
    {
        File.WriteAllBytes(Path.Combine(_directory, "proofs_0-65535.tile"), new byte[100]);
        File.WriteAllBytes(Path.Combine(_directory, "proofs_65536-131071.tile"), new byte[5_000_000]);
        using var index = ProofIndex.Open(_directory, new SeqNo(70_000), SeqNo.None);
        Assert.Equal(new SeqNo(1), index.Next);
        Assert.Empty(Directory.GetFiles(_directory));
    }
}
