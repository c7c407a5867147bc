using FsCheck;
using FsCheck.Fluent;
using Stele.Ledger.Collections;

namespace Stele.Ledger.Tests.Collections;

/// <summary>Whatever happens to the index, it answers as the ledger would, or says that it cannot yet.</summary>
public sealed class RandomHistoryTests
{
    // Names and tags whose keys are easily taken for one another's.
    private static readonly string[] Names = ["a", "a\0", "a\0b", "ab", "\0", "\u0001", "é", "\U0001F5FF", "subledger:0"];
    private static readonly string[] Tags = ["a", "\0", "b", "é\"\\", "a\0\u0001"];
    private static readonly CollectionIndexOptions Small = new() { RunEntries = 16, MergedRuns = 2, WaitingMax = 3 };

    [Fact]
    public void It_answers_as_the_ledger_does() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed => Play(new Random(seed))).QuickCheckThrowOnFailure();

    private static void Play(Random random)
    {
        using var folder = new IndexFolder(Small);
        var ledger = new NaiveIndex();
        var index = folder.Open();
        try
        {
            for (var step = random.Next(1, 25); step > 0; step--)
            {
                Happen(random, folder, ledger, ref index);
                Compare(random, index, ledger, mayBeIncomplete: true);
            }
            ledger.RestoreAll(index);
            while (index.Store.TryMerge()) { }
            Compare(random, index, ledger, mayBeIncomplete: index.Missing.Count > 0);
            ledger.RestoreAll(index);
            Compare(random, index, ledger, mayBeIncomplete: false);
        }
        finally
        {
            index.Dispose();
        }
    }

    private static void Happen(Random random, IndexFolder folder, NaiveIndex ledger, ref CollectionIndex index)
    {
        switch (random.Next(10))
        {
            case 0:
                Assert.True(index.TryFlush());
                break;
            case 1:
                index.Store.TryMerge();
                break;
            case 2:
                Reopen(folder, ledger, ref index, () => { });
                break;
            case 3 when folder.Runs is { Count: > 0 } runs:
                Reopen(folder, ledger, ref index, () => File.Delete(folder.File(runs[random.Next(runs.Count)])));
                break;
            case 4:
                Damage(random, folder);
                break;
            case 5:
                ledger.RestoreAll(index);
                break;
            case 6:
                var end = random.Next((int)ledger.End.Value + 1);
                Reopen(folder, ledger, ref index, () => ledger.CutTo(end));
                break;
            default:
                for (var count = random.Next(60); count > 0; count--) ledger.Append(Entry(random));
                ledger.ApplyTo(index);
                break;
        }
    }

    // As a crash does: what was in memory alone is lost, and is applied again.
    private static void Reopen(IndexFolder folder, NaiveIndex ledger, ref CollectionIndex index, Action meanwhile)
    {
        index.Dispose();
        meanwhile();
        index = folder.Open();
        if (index.End > ledger.End) index.Align(ledger.End);
        ledger.ApplyTo(index);
    }

    private static void Damage(Random random, IndexFolder folder)
    {
        if (folder.Runs is not { Count: > 0 } runs) return;
        var name = runs[random.Next(runs.Count)];
        try
        {
            folder.Flip(name, random.NextInt64(new FileInfo(folder.File(name)).Length), (byte)random.Next(1, 256));
        }
        catch (FileNotFoundException)
        {
            // It has been merged away meanwhile.
        }
    }

    private static (string, string[])[] Entry(Random random) =>
    [
        .. from name in random.GetItems(Names, random.Next(3)).Distinct()
           select (name, random.GetItems(Tags, random.Next(3)).Distinct().ToArray()),
    ];

    private static void Compare(Random random, CollectionIndex index, NaiveIndex ledger, bool mayBeIncomplete)
    {
        Assert.Equal(ledger.End, index.End);
        var name = random.GetItems(Names, 1)[0];
        var collection = new CollectionId(name);
        var tag = random.Next(2) == 0 ? null : random.GetItems(Tags, 1)[0];
        var from = new SeqNo(random.NextInt64(ledger.End.Value + 2));
        var to = new SeqNo(random.NextInt64(ledger.End.Value + 10));
        var all = ledger.Entries(name, null, SeqNo.First, ledger.End).ToList();
        var (after, count) = (random.GetItems(Names, 1)[0], random.Next(5));
        Agree(ledger.Entries(name, tag, from, to), () => index.Entries(collection, tag, from, to));
        Agree(ledger.Entries(name, tag, from, to).Reverse(), () => index.EntriesBackwards(collection, tag, from, to));
        Agree(all.Take(1), () => One(index.First(collection)));
        Agree(all.TakeLast(1), () => One(index.Latest(collection)));
        Agree(ledger.Tags(name), () => index.Tags(collection));
        Agree(ledger.Names().Take(count), () => index.Names(null, count).Select(id => id.Value));
        Agree(ledger.Names().SkipWhile(other => Order(other, after) <= 0).Take(count),
            () => index.Names(new CollectionId(after), count).Select(id => id.Value));

        void Agree<T>(IEnumerable<T> expected, Func<IEnumerable<T>> ask)
        {
            try
            {
                Assert.Equal(expected, ask().ToList());
            }
            catch (IndexIncompleteException) when (mayBeIncomplete || index.Missing.Count > 0)
            {
                Assert.NotEmpty(index.Missing);
            }
        }
    }

    private static IEnumerable<SeqNo> One(SeqNo? seqno) => seqno is { } found ? [found] : [];

    private static int Order(string x, string y) =>
        BytesOrder.Instance.Compare(System.Text.Encoding.UTF8.GetBytes(x), System.Text.Encoding.UTF8.GetBytes(y));
}
