using Stele.Cryptography.Sealing;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;
using Stele.Server.Application;
using Stele.Server.Functions;

namespace Stele.Server.Tests.Functions;

/// <summary>Whether a run finds out that an entry that it read is not the newest any more.</summary>
public sealed class CollectionVersionsTests
{
    private static readonly CollectionId Collection = new("a");
    private static readonly View Two = new(2);
    private readonly CollectionVersions _versions = new();

    public CollectionVersionsTests() => _versions.Note(new TransactionId(Two, new SeqNo(5)), Collection);

    [Theory]
    [InlineData(5, 5, 2, false)] // The newest was read.
    [InlineData(9, 5, 2, false)]
    [InlineData(4, 3, 2, true)] // It is not durable yet.
    [InlineData(5, 3, 2, true)] // It is durable, and the index did not show it yet.
    [InlineData(9, 5, 3, true)] // Another view: others may have written in between.
    public void What_was_read_is_the_newest_or_is_said_not_to_be(long position, long seen, long view, bool changed)
    {
        var run = Run(position, seen);
        Assert.True(run.Newest(Collection) is not null);
        Assert.Equal(changed, _versions.HasChanged(Next(view), run));
        // A run that begins after that has nothing to fear of the same.
        var again = Run(position: 9, seen: 5);
        Assert.NotNull(again.Newest(Collection));
        Assert.False(_versions.HasChanged(Next(view), again));
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(7, true)] // Rows of the same versions may be others: what was read may have been rolled back.
    public void What_reads_no_entries_minds_the_view_alone(long view, bool changed) =>
        Assert.Equal(changed, _versions.HasChanged(Next(view), Run(position: 1, seen: 1)));

    [Fact]
    public void An_entry_behind_what_a_run_began_from_ends_it() =>
        Assert.Throws<RunOvertakenException>(() => Run(position: 4, seen: 5).Newest(Collection));

    private static Transaction Next(long view) =>
        new(new TransactionId(new View(view), new SeqNo(20)), LedgerTables.Empty, LedgerSecret.Generate());

    private ScriptTransaction Run(long position, long seen) => new(new RunStart(
        _versions.View, new TransactionId(Two, new SeqNo(position)), LedgerTables.Empty, EntryTables.Of(default),
        _ => new NewestEntry(new SeqNo(seen), [1], BytesRead: 1)));
}
