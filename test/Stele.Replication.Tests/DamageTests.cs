using Stele.Ledger.Audit;
using Stele.Ledger.Files;

namespace Stele.Replication.Tests;

/// <summary>A small ledger, stopped in order, is damaged in every way that one place allows.</summary>
/// <remarks>
/// Of text and ciphertext within an entry one bit of each byte is flipped, since the entry's tag and digest cover all eight
/// alike. What has a meaning of its own (frames, ids, sizes, positions) is flipped bit by bit.
/// </remarks>
public sealed class DamageTests : IAsyncLifetime
{
    // On both sides of where an entry begins: the end of the one before it; its header and its tag.
    private const int EntryEdge = 32;

    // Numbers are of at most 8 bytes, and most are small: a byte of one has a zero before it or behind it.
    private const int NumberSize = 8;

    private readonly SmallLedger _ledger = new();
    private LedgerHeadRecord _head = null!;

    public async ValueTask InitializeAsync()
    {
        // A closed file with its positions table, and an open one: the first signature ends at about 4,000 bytes.
        await _ledger.FillAsync(records: 1, chunkBytes: 3000);
        _head = LedgerHead.Read(_ledger.HeadFile)!;
        Assert.Equal(2, Directory.GetFiles(_ledger.Files).Length);
    }

    public ValueTask DisposeAsync()
    {
        _ledger.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_single_bit_that_is_flipped_is_found_by_start_up_and_by_the_auditor()
    {
        var flips = LedgerDirectory.Chunks(_ledger.Files)
            .SelectMany(chunk => Flips(chunk).Select(bit => (Path.GetFileName(chunk.Path), bit)))
            .ToList();
        // Signatures in DER differ by a byte or two from one ledger to the next.
        Assert.InRange(flips.Count, 15_000, 20_000);
        await Parallel.ForEachAsync(
            flips.Chunk((flips.Count / 2) + 1), TestContext.Current.CancellationToken, async (part, cancel) =>
            {
                using var copy = new LedgerCopy(_ledger.Files);
                foreach (var (file, bit) in part)
                {
                    copy.Flip(file, bit);
                    Assert.True(IsRefused(copy), $"start-up took {file} with bit {bit} flipped");
                    // The auditor's way differs only by the secret; one bit of each byte shows that it is as strict.
                    if (bit % 8 == bit / 8 % 8)
                        Assert.True(await IsFoundAsync(copy, cancel), $"the auditor took {file} with bit {bit} flipped");
                    copy.Flip(file, bit);
                }
            });
    }

    [Fact]
    public async Task Every_truncation_is_found_by_start_up_and_by_the_auditor()
    {
        foreach (var chunk in LedgerDirectory.Chunks(_ledger.Files))
        {
            var file = Path.GetFileName(chunk.Path);
            var borders = EntryBorders(chunk).SelectMany(border => Enumerable.Range((int)border - 1, 3)).ToHashSet();
            using var copy = new LedgerCopy(_ledger.Files);
            for (var length = (int)copy.Length(file) - 1; length >= 0; length--)
            {
                copy.CutTo(file, length);
                Assert.True(IsRefused(copy), $"start-up took {file} cut to {length} bytes");
                // The auditor reads an entry that is cut short alike, wherever within it the end is.
                if (length % 8 != 0 && !borders.Contains(length)) continue;
                var found = await IsFoundAsync(copy, TestContext.Current.CancellationToken);
                Assert.True(found, $"the auditor took {file} cut to {length} bytes");
            }
        }
    }

    [Fact]
    public async Task Each_file_that_is_missing_is_found()
    {
        foreach (var file in Directory.GetFiles(_ledger.Files).Select(Path.GetFileName))
        {
            using var copy = new LedgerCopy(_ledger.Files);
            File.Delete(Path.Combine(copy.Directory, file!));
            Assert.True(IsRefused(copy), $"start-up took a ledger without {file}");
            var found = await IsFoundAsync(copy, TestContext.Current.CancellationToken);
            Assert.True(found, $"the auditor took a ledger without {file}");
        }
    }

    [Fact]
    public async Task A_ledger_without_its_head_is_refused_until_its_end_is_accepted()
    {
        Assert.Throws<LedgerCorruptException>(() => _ledger.Recover(_ledger.Files, head: null));
        File.Delete(_ledger.HeadFile);
        Assert.Throws<LedgerCorruptException>(() => _ledger.Open());
        await using var accepted = _ledger.Open(acceptEnd: true);
        Assert.Null(accepted.Stopped);
    }

    [Fact]
    public void A_head_of_which_one_slot_is_damaged_is_read_from_the_other()
    {
        var bytes = File.ReadAllBytes(_ledger.HeadFile);
        for (var slot = 0; slot < 2; slot++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[(slot * 128) + 20] ^= 1;
            File.WriteAllBytes(_ledger.HeadFile, damaged);
            Assert.NotNull(LedgerHead.Read(_ledger.HeadFile));
            damaged[((1 - slot) * 128) + 20] ^= 1;
            File.WriteAllBytes(_ledger.HeadFile, damaged);
            Assert.Null(LedgerHead.Read(_ledger.HeadFile));
        }
    }

    [Fact]
    public async Task Files_swapped_given_twice_or_taken_from_an_older_day_are_found()
    {
        var names = Directory.GetFiles(_ledger.Files).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).ToList();
        var (closed, open) = (names.Single(name => name.EndsWith(".committed", StringComparison.Ordinal)), names.Single(
            name => !name.EndsWith(".committed", StringComparison.Ordinal)));
        await AssertFoundAsync("swapped files", copy =>
        {
            File.Move(Path.Combine(copy, closed), Path.Combine(copy, "third"));
            File.Move(Path.Combine(copy, open), Path.Combine(copy, closed));
            File.Move(Path.Combine(copy, "third"), Path.Combine(copy, open));
        });
        await AssertFoundAsync("the closed file as the open one too", copy =>
            File.Copy(Path.Combine(copy, closed), Path.Combine(copy, open), overwrite: true));
        await AssertFoundAsync("the closed file twice", copy =>
            File.Copy(Path.Combine(copy, closed), Path.Combine(copy, "ledger_1")));
        await AssertFoundAsync("a file that is no ledger file", copy => File.WriteAllText(Path.Combine(copy, "notes.txt"), ""));
    }

    [Fact]
    public async Task An_older_copy_of_the_whole_ledger_is_found_and_so_is_another_ledger()
    {
        using var older = new LedgerCopy(_ledger.Files);
        await using (var node = _ledger.Open()) await node.SubmitAsync(new Put("later", "entry"), untilCommitted: true);
        _head = LedgerHead.Read(_ledger.HeadFile)!;
        Assert.True(IsRefused(older), "start-up took an older copy");
        Assert.True(await IsFoundAsync(older, TestContext.Current.CancellationToken), "the auditor took an older copy");

        using var another = new SmallLedger();
        await another.FillAsync(records: 3, chunkBytes: 3000);
        using var copy = new LedgerCopy(another.Files);
        Assert.True(IsRefused(copy), "start-up took another ledger");
        Assert.True(await IsFoundAsync(copy, TestContext.Current.CancellationToken), "the auditor took another ledger");
    }

    [Fact]
    public void Any_flipped_bit_of_a_head_leaves_the_other_slot_or_changes_nothing()
    {
        var bytes = File.ReadAllBytes(_ledger.HeadFile);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(_ledger.HeadFile, damaged);
            var read = LedgerHead.Read(_ledger.HeadFile)!;
            // One slot is the last batch's, the other the batch's before it: the memory is at most one batch shorter.
            Assert.True(read == _head || read.Durable < _head.Durable, $"bit {bit}");
        }
    }

    // All bits of some bytes, and of the others one, not always the same.
    private static IEnumerable<int> Flips(ChunkPath chunk)
    {
        var bytes = File.ReadAllBytes(chunk.Path);
        var borders = EntryBorders(chunk);
        return
            from place in Enumerable.Range(0, bytes.Length)
            from bit in Enumerable.Range(0, 8)
            where bit == place % 8 || IsNumber(bytes, place) || borders.Any(border => Math.Abs(place - border) <= EntryEdge)
            select (place * 8) + bit;
    }

    private static bool IsNumber(byte[] bytes, int place) =>
        bytes.AsSpan(Math.Max(0, place - NumberSize)..Math.Min(bytes.Length, place + NumberSize)).Contains((byte)0);

    // Where its entries begin, and where the last one ends.
    private static IReadOnlyList<long> EntryBorders(ChunkPath chunk)
    {
        var borders = new List<long> { 0 };
        using var reader = ChunkReader.Open(chunk);
        while (reader.TryReadNext(out var offset, out var bytes)) borders.AddRange(offset, offset + bytes.Length);
        return borders;
    }

    private bool IsRefused(LedgerCopy copy)
    {
        try
        {
            _ledger.Recover(copy.Directory, _head).Files.Dispose();
            return false;
        }
        catch (LedgerCorruptException)
        {
            return true;
        }
    }

    private async Task AssertFoundAsync(string what, Action<string> damage)
    {
        using var copy = new LedgerCopy(_ledger.Files);
        damage(copy.Directory);
        Assert.True(IsRefused(copy), $"start-up took {what}");
        Assert.True(await IsFoundAsync(copy, TestContext.Current.CancellationToken), $"the auditor took {what}");
    }

    private async Task<bool> IsFoundAsync(LedgerCopy copy, CancellationToken cancel) =>
        await LedgerAuditor.AuditAsync(copy.Directory, new AuditOptions { Head = _head }, cancel) is AuditReport.Failed;
}
