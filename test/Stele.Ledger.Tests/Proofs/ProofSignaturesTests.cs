using FsCheck;
using FsCheck.Fluent;
using Stele.Ledger.Proofs;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Tests.Proofs;

/// <summary>The signatures that tiles hold: those of the ledger, or none.</summary>
public sealed class ProofSignaturesTests : IAsyncLifetime
{
    private const int Tile = 65_536;
    private const int Count = Tile + 1000;

    // What a tile's file begins with: 131,071 digests and a bit for each leaf; then 257 numbers, and rows of 224 bytes.
    private const int TreeBytes = (131_071 * 32) + (Tile / 8);
    private const int Rows = TreeBytes + (257 * 4);
    private const int Row = 224;

    private readonly NaiveProofs _model = new(Count, new Random(5));
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;

    private string TileFile => Path.Combine(_directory, "proofs_0-65535.tile");

    private int[] Signatures => [.. Enumerable.Range(1, Tile - 1).Where(_model.IsSignature)];

    public async ValueTask InitializeAsync()
    {
        using var index = ProofIndex.Open(_directory, SeqNo.None, SeqNo.None);
        for (var seqno = 1; seqno < Count; seqno++) index.Append(_model.Leaf(seqno));
        _model.AssertSameSignatures(index, 1, Count);
        await index.FlushAsync();
        _model.AssertSameSignatures(index, 1, Count);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void They_are_those_of_the_ledger_after_a_restart()
    {
        using var index = Open();
        _model.AssertSameSignatures(index, 1, Count);
        Assert.Empty(index.Missing);
    }

    [Fact]
    public void Any_byte_that_is_changed_gives_the_same_signature_or_none_and_the_path_stays()
    {
        var whole = File.ReadAllBytes(TileFile);
        var places = from place in Gen.Choose(TreeBytes, whole.Length - 1) from bit in Gen.Choose(0, 7) select (place, bit);
        Prop.ForAll(places.ToArbitrary(), change =>
        {
            Damage(whole, change.place, (byte)(1 << change.bit));
            using var index = Open();
            AssertSameOrNone(index, Signatures.Where((_, i) => i % 40 == 0).Concat(Near(change.place)));
            Assert.NotNull(index.Prove(new SeqNo(100), new SeqNo(4000)));
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(8, "the view")]
    [InlineData(16, "the root")]
    [InlineData(48, "the signer's digest")]
    [InlineData(80, "the signer's place")]
    [InlineData(84, "the signer's length")]
    [InlineData(86, "the signature's length")]
    [InlineData(88, "the signature")]
    [InlineData(191, "what is behind the signature")]
    [InlineData(192, "the checksum")]
    [InlineData(0, "the seqno")]
    public void A_damaged_row_is_not_believed_and_the_tile_is_made_again(int place, string what)
    {
        var third = Signatures[2];
        Damage(File.ReadAllBytes(TileFile), Rows + (2 * Row) + place, 0x80);
        using var index = Open();
        Assert.Null(index.SignatureAt(new SeqNo(third)));
        var lacking = Assert.Single(index.Missing);
        Assert.True(lacking.First == SeqNo.None, what);
        index.Restore(lacking, Enumerable.Range(1, Tile - 1).Select(_model.Leaf));
        Assert.Empty(index.Missing);
        _model.AssertSameSignatures(index, 1, Count);
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xff)]
    public void Numbers_that_cannot_be_are_not_followed(byte everywhere)
    {
        var bytes = File.ReadAllBytes(TileFile);
        bytes.AsSpan(TreeBytes, Rows - TreeBytes).Fill(everywhere);
        File.WriteAllBytes(TileFile, bytes);
        using var index = Open();
        Assert.Null(index.SignatureAt(new SeqNo(Signatures[0])));
        Assert.Single(index.Missing);
    }

    [Fact]
    public void A_damaged_signer_is_not_believed()
    {
        var bytes = File.ReadAllBytes(TileFile);
        Damage(bytes, bytes.Length - 1, 1); // the third of three signers
        using var index = Open();
        var signers = Signatures.Where(seqno => seqno % 50 != 0).Select(seqno => seqno % 3).Distinct().ToList();
        var (good, bad) = (signers[0], signers[2]);
        NaiveProofs.AssertSame(_model.SignatureAt(First(good)), index.SignatureAt(new SeqNo(First(good))));
        Assert.Null(index.SignatureAt(new SeqNo(First(bad))));
        Assert.Single(index.Missing);
    }

    [Theory]
    [InlineData(TreeBytes + 1)]
    [InlineData(Rows)]
    [InlineData(Rows + Row + 1)]
    public void A_file_that_is_cut_short_gives_none_and_is_made_again(int length)
    {
        File.WriteAllBytes(TileFile, File.ReadAllBytes(TileFile)[..length]);
        using var index = Open();
        AssertSameOrNone(index, Signatures);
        Restore(index, Assert.Single(index.Missing));
        _model.AssertSameSignatures(index, 1, Count);
    }

    [Fact]
    public void A_file_of_an_older_version_proves_and_is_made_again_with_signatures()
    {
        File.WriteAllBytes(TileFile, File.ReadAllBytes(TileFile)[..TreeBytes]);
        using var index = Open();
        _model.AssertSame(index, new Random(1), Count - 1, samples: 100);
        Assert.Null(index.SignatureAt(new SeqNo(Signatures[0])));
        Restore(index, Assert.Single(index.Missing));
        _model.AssertSameSignatures(index, 1, Count);
        _model.AssertSame(index, new Random(1), Count - 1, samples: 100);
        Assert.Empty(index.Missing);
    }

    [Fact]
    public void A_file_that_shrinks_while_the_index_is_open_gives_none_and_is_made_again()
    {
        using var index = Open();
        File.WriteAllBytes(TileFile, File.ReadAllBytes(TileFile)[..TreeBytes]);
        Assert.Null(index.SignatureAt(new SeqNo(Signatures[0])));
        Restore(index, Assert.Single(index.Missing));
        _model.AssertSameSignatures(index, 1, Count);
    }

    [Fact]
    public void What_is_too_long_is_left_to_the_ledger()
    {
        using var index = Open();
        NodeSignature?[] odd =
        [
            Odd(1) with { Signature = new byte[105] },
            Odd(2) with { Signature = default },
            Odd(3) with { Certificate = null },
            Odd(4) with { Certificate = new string('c', 20_000) },
            Odd(5) with { NodeId = "two\nlines" },
            Odd(6) with { Signature = new byte[104] },
        ];
        index.Restore(
            new SeqNoRange(SeqNo.None, new SeqNo(Tile - 1)),
            Enumerable.Range(1, Tile - 1).Select(i => new ProofLeaf(_model.Leaves[i], i <= 6, i <= 6 ? odd[i - 1] : null)));
        for (var seqno = 1; seqno <= 5; seqno++) Assert.Null(index.SignatureAt(new SeqNo(seqno)));
        NaiveProofs.AssertSame(odd[5], index.SignatureAt(new SeqNo(6)));
        Assert.Empty(index.Missing);
    }

    private static NodeSignature Odd(int seqno) => new()
    {
        NodeId = "node",
        Id = TransactionId.Of(1, seqno),
        Root = default,
        Signature = new byte[] { 1 },
        Certificate = "certificate",
    };

    private int First(int signer) => Signatures.First(seqno => seqno % 50 != 0 && seqno % 3 == signer);

    private ProofIndex Open()
    {
        var index = ProofIndex.Open(_directory, new SeqNo(Count - 1), SeqNo.None);
        for (var seqno = (int)index.Next.Value; seqno < Count; seqno++) index.Append(_model.Leaf(seqno));
        return index;
    }

    private void Restore(ProofIndex index, SeqNoRange range) =>
        index.Restore(range, Enumerable.Range(1, (int)range.Last.Value).Select(_model.Leaf));

    private void Damage(byte[] whole, int place, byte bits)
    {
        var bytes = whole.ToArray();
        bytes[place] ^= bits;
        File.WriteAllBytes(TileFile, bytes);
    }

    private IEnumerable<int> Near(int place) =>
        place < Rows ? [] : Signatures.Skip(Math.Max(((place - Rows) / Row) - 1, 0)).Take(3);

    private void AssertSameOrNone(ProofIndex index, IEnumerable<int> seqnos)
    {
        foreach (var seqno in seqnos)
            if (index.SignatureAt(new SeqNo(seqno)) is { } found) NaiveProofs.AssertSame(_model.SignatureAt(seqno), found);
    }
}
