using Stele.Cryptography.Merkle;
using Stele.Ledger.Entries;
using Stele.Ledger.Signatures;
using Stele.Replication.Log;
using Stele.Replication.Sequencing;

namespace Stele.Replication.Tests;

/// <summary>The order of entries under load, whichever way batches and signatures fall.</summary>
public sealed class SequencerTests
{
    private const int Writes = 400;

    [Theory]
    [InlineData(5000, 1 << 20)]
    [InlineData(7, 1 << 20)]
    [InlineData(1, 1 << 20)]
    [InlineData(7, 1)]
    [InlineData(5000, 500)]
    public async Task Ids_follow_without_gap_and_each_signature_stands_right_behind_what_its_root_covers(
        int signatureEntriesMax, int batchBytesMax)
    {
        var log = new MemoryLog();
        var options = new SequencerOptions { SignatureEntriesMax = signatureEntriesMax, BatchBytesMax = batchBytesMax };
        var node = new MemoryNode(log, options);
        var answers = Enumerable.Range(0, Writes)
            .Select(i => node.Sequencer.SubmitAsync(new Put($"{i}", $"{i}"), untilCommitted: i % 3 == 0))
            .ToList();
        var outcomes = await Task.WhenAll(answers);
        await node.DisposeAsync();

        var entries = log.Batches.SelectMany(batch => batch.Entries).ToList();
        Assert.Equal(Enumerable.Range(1, entries.Count), entries.Select(entry => (int)entry.Encoded.Id.SeqNo.Value));
        Assert.Equal(outcomes.Select(outcome => outcome.Id).Order(), IdsOfWrites(entries));
        Assert.All(outcomes, outcome => Assert.Equal(outcome.Result, outcome.Id));
        Assert.True(entries[^1].IsSignature, "a node that stops in order signs what it wrote");
        AssertRoots(log.Batches);
        Assert.Equal(entries[^1].Encoded.Id, node.Sequencer.Commit.Committed);
    }

    [Fact]
    public async Task A_queue_that_is_full_says_when_to_come_again()
    {
        var gate = new TaskCompletionSource();
        var log = new GatedLog(gate.Task);
        await using var node = new MemoryNode(log, new SequencerOptions { QueueMax = 4, BatchBytesMax = 1 });
        var answers = Enumerable.Range(0, 40).Select(i => node.Sequencer.SubmitAsync(new Put($"{i}", ""), untilCommitted: false))
            .ToList();
        var refused = answers.Where(answer => answer.IsFaulted).ToList();
        Assert.NotEmpty(refused);
        gate.SetResult();
        foreach (var answer in refused)
        {
            var told = await Assert.ThrowsAsync<LedgerUnavailableException>(() => answer);
            Assert.NotNull(told.RetryAfter);
        }
        var written = await Task.WhenAll(answers.Except(refused));
        Assert.Equal(40 - refused.Count, written.Length);
        Assert.Null(node.Sequencer.Stopped);
    }

    private static void AssertRoots(IReadOnlyList<Batch> batches)
    {
        var tree = new MerkleTree();
        foreach (var batch in batches)
        {
            Assert.DoesNotContain(batch.Entries.Skip(1), entry => entry.IsSignature);
            Assert.Equal(batch.Entries[0].IsSignature, batch.Commit is not null);
            foreach (var entry in batch.Entries)
            {
                if (entry.IsSignature)
                {
                    Assert.True(SignatureRecord.TryRead(LedgerEntry.Parse(entry.Encoded.Bytes), out var signature));
                    Assert.Equal(tree.Root, signature.Node!.Root);
                    Assert.Equal(entry.Encoded.Id, signature.Node.Id);
                }
                tree.Append(entry.Encoded.Leaf);
                if (entry.IsSignature) Assert.Equal((entry.Encoded.Id, tree.Root), (batch.Commit!.Id, batch.Commit.Root));
            }
        }
    }

    private static IEnumerable<TransactionId> IdsOfWrites(IEnumerable<BatchEntry> entries) =>
        entries.Where(entry => !entry.IsSignature).Select(entry => entry.Encoded.Id);

    private sealed class GatedLog(Task gate) : ILedgerLog
    {
        public Task AppendAsync(Batch batch, bool mayBlock) => gate;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
