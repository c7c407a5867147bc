using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Replication.Tests;

/// <summary>Who is told what when the log fails: nothing is called done that is not, nothing lost that may be there.</summary>
public sealed class FailingLogTests
{
    [Theory]
    [InlineData(Failure.Refused, false, typeof(LedgerUnavailableException))]
    [InlineData(Failure.Refused, true, typeof(LedgerUnavailableException))]
    [InlineData(Failure.Lost, false, typeof(OutcomeUnknownException))]
    [InlineData(Failure.Lost, true, typeof(OutcomeUnknownException))]
    [InlineData(Failure.Stored, false, typeof(OutcomeUnknownException))]
    [InlineData(Failure.Stored, true, typeof(OutcomeUnknownException))]
    public async Task At_a_write_its_caller_is_told_and_nothing_is_published(Failure failure, bool untilCommitted, Type told)
    {
        var log = new MemoryLog(_ => true, failure);
        await using var node = new MemoryNode(log);
        var answer = node.Sequencer.SubmitAsync(new Put("a", "1"), untilCommitted);
        await Assert.ThrowsAsync(told, () => answer);
        Assert.Equal(default, node.State.Position);
        Assert.Equal(default, node.Sequencer.Commit.Committed);
        await AssertStoppedAsync(node, log);
    }

    [Theory]
    [InlineData(Failure.Refused)]
    [InlineData(Failure.Lost)]
    [InlineData(Failure.Stored)]
    public async Task At_a_signature_the_write_before_it_is_durable_and_whoever_waits_for_its_commit_cannot_know(Failure failure)
    {
        var log = new MemoryLog(batch => batch.Commit is not null, failure);
        await using var node = new MemoryNode(log);
        var answer = node.Sequencer.SubmitAsync(new Put("a", "1"), untilCommitted: true);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => answer);
        var written = log.Batches[0].Entries[^1].Encoded.Id;
        Assert.Equal(written, node.State.Position);
        Assert.Equal(default, node.Sequencer.Commit.Committed);
        Assert.True(Get(node, "a"), "what is durable is still read");
        await AssertStoppedAsync(node, log);
    }

    [Fact]
    public async Task At_a_signature_whoever_waits_for_durability_alone_has_been_answered()
    {
        var log = new MemoryLog(batch => batch.Commit is not null, Failure.Lost);
        await using var node = new MemoryNode(log);
        var outcome = await node.Sequencer.SubmitAsync(new Put("a", "1"), untilCommitted: false);
        Assert.Equal(node.State.Position, outcome.Id);
        Assert.Equal(default, node.Sequencer.Commit.Committed);
    }

    [Theory]
    [InlineData(Failure.Refused)]
    [InlineData(Failure.Lost)]
    [InlineData(Failure.Stored)]
    public async Task What_was_committed_before_stays_so_and_is_read(Failure failure)
    {
        var fails = false;
        var log = new MemoryLog(_ => fails, failure);
        await using var node = new MemoryNode(log);
        await node.Sequencer.SubmitAsync(new Put("a", "1"), untilCommitted: true);
        var (position, committed) = (node.State.Position, node.Sequencer.Commit.Committed);
        fails = true;
        await Assert.ThrowsAnyAsync<Exception>(() => node.Sequencer.SubmitAsync(new Put("b", "2"), untilCommitted: true));
        Assert.Equal((position, committed), (node.State.Position, node.Sequencer.Commit.Committed));
        Assert.True(Get(node, "a"));
        Assert.False(Get(node, "b"));
        await AssertStoppedAsync(node, log);
    }

    [Fact]
    public async Task A_command_that_throws_tells_its_caller_and_stops_nothing()
    {
        var log = new MemoryLog();
        await using var node = new MemoryNode(log);
        await Assert.ThrowsAsync<InvalidOperationException>(() => node.Sequencer.SubmitAsync(new Fault(), untilCommitted: false));
        var outcome = await node.Sequencer.SubmitAsync(new Put("a", "1"), untilCommitted: true);
        Assert.Equal(SeqNo.First, outcome.Id.SeqNo);
        Assert.Null(node.Sequencer.Stopped);
    }

    private static async Task AssertStoppedAsync(MemoryNode node, MemoryLog log)
    {
        var batches = log.Batches.Count;
        for (var i = 0; i < 3; i++)
        {
            var refused = await Assert.ThrowsAsync<LedgerUnavailableException>(
                () => node.Sequencer.SubmitAsync(new Put("later", $"{i}"), untilCommitted: i == 0));
            Assert.Null(refused.RetryAfter);
        }
        Assert.NotNull(node.Sequencer.Stopped);
        Assert.Equal((batches, 0), (log.Batches.Count, log.AppendsAfterFailure));
    }

    private static bool Get(MemoryNode node, string key) =>
        node.State.Tables.TryGet(SmallLedger.Records, System.Text.Encoding.UTF8.GetBytes(key), out _);

    private sealed class Fault : ICommand<bool>
    {
        public bool Execute(Transaction transaction)
        {
            transaction.Put(new TableName("private:records"), new byte[1], new byte[1]);
            throw new InvalidOperationException("a bug in a command");
        }
    }
}
