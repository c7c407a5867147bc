using Stele.Ledger.Files;

namespace Stele.Replication.Tests;

/// <summary>What a crash leaves behind the end that the head remembers is cut off, at whatever byte it broke off.</summary>
public sealed class TornTailTests
{
    [Fact]
    public async Task A_node_that_died_before_it_noted_its_first_batch_starts_and_one_whose_head_was_lost_does_not()
    {
        using var ledger = new SmallLedger();
        await ledger.Open().DisposeAsync();
        await File.WriteAllBytesAsync(Path.Combine(ledger.Files, "ledger_1"), new byte[8], TestContext.Current.CancellationToken);
        await using (var node = ledger.Open()) Assert.Equal(default, node.Position);

        File.Delete(ledger.HeadFile);
        Assert.Contains("no head file", Assert.Throws<LedgerCorruptException>(() => ledger.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_torn_at_any_byte_is_cut_off_and_everything_before_it_is_kept()
    {
        using var ledger = new SmallLedger();
        await ledger.FillAsync(records: 1);
        var head = LedgerHead.Read(ledger.HeadFile)!;
        var whole = await File.ReadAllBytesAsync(Path.Combine(ledger.Files, "ledger_1"), TestContext.Current.CancellationToken);
        await using (var node = ledger.Open()) await node.SubmitAsync(new Put("next", "batch"), untilCommitted: true);
        var longer = await File.ReadAllBytesAsync(Path.Combine(ledger.Files, "ledger_1"), TestContext.Current.CancellationToken);

        using var copy = new LedgerCopy(ledger.Files);
        var left = new HashSet<int>();
        for (var length = whole.Length; length < longer.Length; length++)
        {
            copy.Write("ledger_1", longer.AsSpan(..length));
            var recovered = ledger.Recover(copy.Directory, head);
            Assert.True(recovered.State.Position >= head.Durable, $"cut at {length}");
            recovered.Files.Dispose();
            var kept = copy.Read("ledger_1");
            Assert.True(kept.AsSpan().SequenceEqual(longer.AsSpan(..kept.Length)), $"cut at {length}");
            // What is left ends on an entry: the next start finds nothing to cut. The same bytes need no second look.
            if (!left.Add(kept.Length)) continue;
            ledger.Recover(copy.Directory, head).Files.Dispose();
            Assert.Equal(kept, copy.Read("ledger_1"));
        }
        Assert.True(left.Count > 1, "no entry of the batch was ever kept");
    }

    [Theory]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 255, 255, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 255 })]
    public async Task Garbage_behind_the_end_is_cut_off(byte[] garbage)
    {
        using var ledger = new SmallLedger();
        await ledger.FillAsync(records: 1);
        using var copy = new LedgerCopy(ledger.Files);
        var length = copy.Length("ledger_1");
        copy.Append("ledger_1", garbage);
        ledger.Recover(copy.Directory, LedgerHead.Read(ledger.HeadFile)).Files.Dispose();
        Assert.Equal(length, copy.Length("ledger_1"));
    }

    [Fact]
    public async Task Each_start_writes_in_a_view_of_its_own()
    {
        using var ledger = new SmallLedger();
        await ledger.FillAsync(records: 1);
        var last = View.First;
        for (var start = 0; start < 3; start++)
        {
            await using var node = ledger.Open();
            var outcome = await node.SubmitAsync(new Put("again", $"{start}"), untilCommitted: true);
            Assert.True(outcome.Id.View > last);
            Assert.Equal(TransactionStatus.Invalid, node.StatusOf(new TransactionId(last, outcome.Id.SeqNo)));
            Assert.Equal(TransactionStatus.Committed, node.StatusOf(outcome.Id));
            last = outcome.Id.View;
        }
    }

    [Fact]
    public async Task Where_the_end_is_lost_and_that_is_accepted_no_id_is_given_again()
    {
        using var ledger = new SmallLedger();
        await ledger.FillAsync(records: 1);
        var lost = await LoseEndAsync(ledger);
        await using var again = ledger.Open(acceptEnd: true);
        var next = (await again.SubmitAsync(new Put("a", "new"), untilCommitted: true)).Id;
        Assert.True(next.View > lost.View);
        Assert.Equal(TransactionStatus.Invalid, again.StatusOf(lost));
    }

    [Fact]
    public async Task An_end_that_was_accepted_is_accepted_by_later_starts_too_though_nothing_is_written()
    {
        using var ledger = new SmallLedger();
        await ledger.FillAsync(records: 1);
        var lost = await LoseEndAsync(ledger);
        Assert.Throws<LedgerCorruptException>(() => ledger.Open());
        await using (ledger.Open(acceptEnd: true))
        {
            // And nothing else.
        }
        await using var again = ledger.Open();
        Assert.True(again.Position.View > lost.View);
        Assert.Equal(TransactionStatus.Invalid, again.StatusOf(lost));
    }

    [Fact]
    public async Task A_second_node_on_the_same_ledger_is_refused()
    {
        using var ledger = new SmallLedger();
        await using var node = ledger.Open();
        Assert.Throws<IOException>(() => ledger.Open());
    }

    // A committed entry, and then the file as it was before.
    private static async Task<TransactionId> LoseEndAsync(SmallLedger ledger)
    {
        var path = Path.Combine(ledger.Files, "ledger_1");
        var length = new FileInfo(path).Length;
        TransactionId lost;
        await using (var node = ledger.Open()) lost = (await node.SubmitAsync(new Put("a", "lost"), untilCommitted: true)).Id;
        await using (var file = File.OpenWrite(path)) file.SetLength(length);
        return lost;
    }
}
