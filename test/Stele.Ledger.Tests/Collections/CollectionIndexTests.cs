using System.Text;
using Stele.Ledger.Collections;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Tests.Collections;

/// <summary>The index while it is written and merged, when the disk refuses, and what it costs.</summary>
public sealed class CollectionIndexTests
{
    private static readonly CollectionIndexOptions Small = new() { RunEntries = 64, MergedRuns = 2, WaitingMax = 1000 };

    [Fact]
    public async Task Readers_see_all_that_was_there_before_they_asked()
    {
        const int Entries = 20_000;
        using var folder = new IndexFolder(Small);
        using var index = folder.Open();
        var (even, odd, both) = (Writes("even"), Writes("odd"), new CollectionId("odd"));
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (index.End.Value < Entries)
            {
                var before = index.End;
                if (before.Value < 2) continue;
                var expected = (before.Value + 1) / 2;
                Assert.True(index.Latest(both)!.Value.Value >= (2 * expected) - 1);
                Assert.Equal(SeqNo.First, index.First(both));
                Assert.Equal(expected, index.Entries(both, "a tag", SeqNo.First, before).Count());
                Assert.Equal(["even", "odd"], index.Names(null, 5).Select(name => name.Value));
            }
        })).ToList();
        for (var seqno = SeqNo.First; seqno.Value <= Entries; seqno = seqno.Next)
            index.Apply(seqno, seqno.Value % 2 == 0 ? even : odd);
        await Task.WhenAll(readers);
        Assert.Empty(index.Missing);
        Assert.Null(index.Failure);
    }

    [Fact]
    public async Task What_is_missing_is_restored_beside_the_writer()
    {
        const int Lost = 5_000;
        using var folder = new IndexFolder(Small);
        using (var index = folder.Open())
        {
            for (var seqno = SeqNo.First; seqno.Value <= Lost; seqno = seqno.Next) index.Apply(seqno, Writes("a"));
            Assert.True(index.TryFlush());
        }
        foreach (var run in folder.Runs) File.Delete(folder.File(run));
        using (var index = folder.Open())
        {
            var a = new CollectionId("a");
            index.Align(new SeqNo(Lost));
            var restoring = Task.Run(async () =>
            {
                await index.WhenMissingAsync(TestContext.Current.CancellationToken);
                var missing = Assert.Single(index.Missing);
                index.Restore(missing, Seqnos(missing).Select(seqno => (seqno, Writes("a"))), TestContext.Current.CancellationToken);
            }, TestContext.Current.CancellationToken);
            while (!restoring.IsCompleted || index.End.Value < 2 * Lost)
            {
                if (index.End.Value < 2 * Lost) index.Apply(index.End.Next, Writes("a"));
                if (index.End.Value > Lost) Assert.Equal(index.End, index.Latest(a));
            }
            await restoring;
            Assert.Empty(index.Missing);
            Assert.Equal(2 * Lost, index.Entries(a, "a tag", SeqNo.First, index.End).Count());
        }
    }

    [Fact]
    public void A_disk_that_refuses_does_not_disturb_the_writer()
    {
        using var folder = new IndexFolder(Small with { WaitingMax = 2 });
        using var index = folder.Open();
        Directory.Delete(folder.Path);
        for (var seqno = SeqNo.First; seqno.Value <= 100; seqno = seqno.Next) index.Apply(seqno, Writes("a"));
        Assert.False(index.TryFlush());
        Assert.NotNull(index.Failure);
        Assert.Equal(100, index.Entries(new CollectionId("a"), null, SeqNo.First, index.End).Count());

        for (var seqno = index.End.Next; seqno.Value <= 1000; seqno = seqno.Next) index.Apply(seqno, Writes("a"));
        Assert.NotEmpty(index.Missing);
        Assert.Throws<IndexIncompleteException>(() => index.First(new CollectionId("a")));
        Assert.Equal(1000, index.Latest(new CollectionId("a"))?.Value);

        Directory.CreateDirectory(folder.Path);
        Assert.True(index.TryFlush());
        Assert.Null(index.Failure);
        foreach (var missing in index.Missing)
            index.Restore(missing, Seqnos(missing).Select(seqno => (seqno, Writes("a"))), TestContext.Current.CancellationToken);
        Assert.Equal(1000, index.Entries(new CollectionId("a"), null, SeqNo.First, index.End).Count());
        Assert.Equal(1000, index.Covered.Value);
    }

    [Fact]
    public void Entries_that_were_left_out_are_missing()
    {
        using var folder = new IndexFolder(Small);
        using var index = folder.Open();
        index.Apply(SeqNo.First, Writes("a"));
        index.Align(new SeqNo(10));
        index.Apply(new SeqNo(11), Writes("a"));
        index.Apply(new SeqNo(21), Writes("b"));
        Assert.Equal(["2-10", "12-20"], index.Missing.Select(range => range.ToString()));
        Assert.Equal(11, index.Entries(new CollectionId("a"), null, new SeqNo(11), new SeqNo(11)).Single().Value);
        Assert.Equal(11, Assert.Throws<IndexIncompleteException>(() => index.Names(null, 1)).Missing.Last.Value + 1);
        var known = new SeqNoRange(SeqNo.First, new SeqNo(2));
        Assert.Throws<ArgumentException>(() => index.Restore(known, [], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void What_a_query_costs_does_not_depend_on_how_much_there_is()
    {
        var options = new CollectionIndexOptions { RunEntries = 8192, WaitingMax = 1000 };
        using var folder = new IndexFolder(options);
        using var index = folder.Open();
        const int Entries = 1_000_000;
        const int Collections = 10_000;
        var few = Writes("few");
        var large = Writes("large");
        var others = Enumerable.Range(0, Collections).Select(i => Writes($"collection {i}", tag: null)).ToArray();
        for (var seqno = SeqNo.First; seqno.Value <= Entries; seqno = seqno.Next)
            index.Apply(seqno, seqno.Value % 100_000 == 7 ? few : seqno.Value % 2 == 0 ? large : others[seqno.Value * 31 % Collections]);
        Assert.True(index.TryFlush());
        while (index.Store.TryMerge()) { }

        var runs = folder.Runs.Count;
        Assert.InRange(runs, 1, 3 * options.MergedRuns);
        Assert.InRange(Cost(() => Assert.Equal(10, All("few", null, 1).Count())), 1, runs + 10);
        Assert.InRange(Cost(() => Assert.Equal(10, All("few", "a tag", 1).Count())), 1, runs + 10);
        Assert.InRange(Cost(() => Assert.Equal(100, All("large", null, 1).Take(100).Count())), 1, 2);
        Assert.InRange(Cost(() => Assert.Equal(100, All("large", "a tag", 777_777).Take(100).Count())), 1, 2);
        Assert.InRange(Cost(() => Assert.Equal(1000, All("large", null, 333_333).Take(1000).Count())), 1, 6);
        Assert.InRange(Cost(() => Assert.Equal(Entries, index.Latest(new CollectionId("large"))?.Value)), 0, 1);
        Assert.InRange(Cost(() => Assert.Null(index.Latest(new CollectionId("none")))), 0, runs);
        Assert.InRange(Cost(() => Assert.Equal(["a tag"], index.Tags(new CollectionId("few")))), 1, 2 * runs);
        Assert.InRange(Cost(() => Assert.Equal(100, index.Names(new CollectionId("collection 5"), 100).Count)), 1, 3 * runs);

        // Going back, a stretch too many is looked at now and then; the few that are far apart take a longer and longer stretch.
        Assert.InRange(Cost(() => Assert.Equal(100, Backwards("large", Entries).Take(100).Count())), 1, 8);
        Assert.InRange(Cost(() => Assert.Equal(1000, Backwards("large", 333_333).Take(1000).Count())), 1, 24);
        Assert.InRange(Cost(() => Assert.Equal(10, Backwards("few", Entries).Count())), 1, (10 * runs) + 100);
        Assert.InRange(Cost(() => Assert.Empty(Backwards("none", Entries))), 0, 10 * runs);
        Assert.Equal(All("few", null, 1).Reverse(), Backwards("few", Entries));
        Assert.Equal(All("large", null, 900_001).Reverse(), Backwards("large", Entries).TakeWhile(seqno => seqno.Value > 900_000));

        IEnumerable<SeqNo> Backwards(string name, long to) =>
            index.EntriesBackwards(new CollectionId(name), null, SeqNo.First, new SeqNo(to));

        IEnumerable<SeqNo> All(string name, string? tag, long from) =>
            index.Entries(new CollectionId(name), tag, new SeqNo(from), index.End);

        long Cost(Action query)
        {
            var before = index.Store.Now.Runs.Sum(run => run.BlockReads);
            query();
            return index.Store.Now.Runs.Sum(run => run.BlockReads) - before;
        }
    }

    private static IEnumerable<SeqNo> Seqnos(SeqNoRange range)
    {
        for (var seqno = range.First; seqno <= range.Last; seqno = seqno.Next) yield return seqno;
    }

    private static WriteSet Writes(string name, string? tag = "a tag")
    {
        var writes = new WriteSet();
        writes.Put(TableNames.PrivateLogs, Encoding.UTF8.GetBytes(name), "contents"u8.ToArray());
        if (tag is not null) writes.Put(TableNames.PrivateTags, Encoding.UTF8.GetBytes(name), EntryTags.Encode([tag]));
        return writes;
    }
}
