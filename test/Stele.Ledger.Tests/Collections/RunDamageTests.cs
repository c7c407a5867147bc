using Stele.Ledger.Collections;

namespace Stele.Ledger.Tests.Collections;

/// <summary>A run that is not what was written is dropped and missing, and nothing of it is believed.</summary>
public sealed class RunDamageTests : IDisposable
{
    private const int Entries = 60;

    private static readonly CollectionId Collection = new("a collection");

    private readonly IndexFolder _folder = new(new CollectionIndexOptions { RunEntries = 1000 });
    private readonly NaiveIndex _ledger = new();

    public RunDamageTests()
    {
        for (var i = 0; i < Entries; i++) _ledger.Append(NaiveIndex.In(Collection.Value, "a tag"), NaiveIndex.In($"other {i % 9}"));
        using var index = _folder.Open();
        _ledger.ApplyTo(index);
        Assert.True(index.TryFlush());
    }

    private string Run => Assert.Single(_folder.Runs);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_changed_byte_is_noticed()
    {
        var name = Run;
        var good = File.ReadAllBytes(_folder.File(name));
        for (var i = 0; i < good.Length; i++)
        {
            var bad = (byte[])good.Clone();
            bad[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(_folder.File(name), bad);
            IsMissing();
        }
    }

    [Fact]
    public void A_run_of_another_length_is_noticed()
    {
        var name = Run;
        var good = File.ReadAllBytes(_folder.File(name));
        for (var length = 0; length < good.Length; length++)
        {
            File.WriteAllBytes(_folder.File(name), good[..length]);
            IsMissing();
        }
        File.WriteAllBytes(_folder.File(name), [.. good, 0]);
        IsMissing();
    }

    [Fact]
    public void A_run_under_another_name_is_noticed()
    {
        File.Move(_folder.File(Run), _folder.File(RunName.Of(new SeqNoRange(SeqNo.First, new SeqNo(Entries - 1)))));
        IsMissing();
    }

    [Fact]
    public void A_run_of_another_ledger_is_noticed()
    {
        using var other = new IndexFolder();
        File.Move(_folder.File(Run), other.File(Run));
        using var index = other.Open();
        Assert.Equal(SeqNo.None, index.End);
    }

    [Fact]
    public void A_half_written_run_is_ignored_and_deleted()
    {
        var half = RunName.UnfinishedOf(_folder.File(RunName.Of(new SeqNoRange(new SeqNo(Entries + 1), new SeqNo(Entries + 9)))));
        File.Copy(_folder.File(Run), half);
        using var index = _folder.Open();
        Assert.False(File.Exists(half));
        Assert.Equal(_ledger.End, index.End);
        Assert.Empty(index.Missing);
    }

    [Fact]
    public void A_block_that_is_damaged_while_the_index_is_open_is_found_when_it_is_read()
    {
        using var index = _folder.Open();
        _folder.Flip(Run, RunHeader.Size, 1);
        Assert.Equal(_ledger.End, index.Covered);
        var incomplete = Assert.Throws<IndexIncompleteException>(() => index.Tags(Collection));
        var all = new SeqNoRange(SeqNo.First, _ledger.End);
        Assert.Equal((all, 0.0, SeqNo.None), (incomplete.Missing, incomplete.Progress, index.Covered));
        Assert.Equal([all], index.Missing);
        Assert.True(index.WhenMissingAsync(CancellationToken.None).IsCompletedSuccessfully);
        _ledger.RestoreAll(index);
        Assert.Equal(["a tag"], index.Tags(Collection));
        Assert.Equal(_ledger.End, index.Covered);
    }

    // Opened, aligned to the ledger's end, and asked: the answer is right, or there is none.
    private void IsMissing()
    {
        using var index = _folder.Open();
        index.Align(_ledger.End);
        Assert.Throws<IndexIncompleteException>(() => index.Entries(Collection, null, SeqNo.First, _ledger.End).Count());
        Assert.Equal([new SeqNoRange(SeqNo.First, _ledger.End)], index.Missing);
        Assert.Empty(_folder.Runs);
    }
}
