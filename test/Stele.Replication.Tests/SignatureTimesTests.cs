namespace Stele.Replication.Tests;

/// <summary>When a transaction was signed, and what was signed at a time.</summary>
public sealed class SignatureTimesTests
{
    private const int Records = 120;
    private static readonly DateTimeOffset Start = new(2026, 7, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_time_leads_to_what_was_signed_then_and_back()
    {
        using var ledger = new SmallLedger();
        var clock = new Clock();
        await using var node = ledger.Open(time: clock);
        // One record each ten seconds; the first is signed at ten.
        await ledger.FillAsync(node, Records, _ => clock.Now += TimeSpan.FromSeconds(10));
        Assert.Null(node.SignatureOf(node.Committed.SeqNo));
        Assert.Null(node.SignatureOf(SeqNo.None));

        var previous = SeqNo.None;
        for (var seqno = SeqNo.First; seqno < node.Committed.SeqNo; seqno = seqno.Next)
        {
            var found = node.SignatureOf(seqno)!;
            Assert.True(found.First.SeqNo <= seqno && seqno < found.Signature.SeqNo);
            Assert.True(found.Signature.SeqNo >= previous);
            Assert.True(found.Time >= Start && found.Time <= clock.Now);
            Assert.Equal(found, node.SignatureOf(found.First.SeqNo));
            previous = found.Signature.SeqNo;
        }
        for (var tick = 0; tick <= Records; tick++)
        {
            var at = Start + TimeSpan.FromSeconds(10 * tick);
            Assert.Equal(at, node.SignatureSince(at)!.Time);
            if (tick > 0) Assert.Equal(at, node.SignatureSince(at - TimeSpan.FromSeconds(3))!.Time);
        }
        Assert.Equal(Start, node.SignatureSince(DateTimeOffset.MinValue)!.Time);
        Assert.Null(node.SignatureSince(clock.Now + TimeSpan.FromSeconds(1)));
    }

    /// <summary>A clock that stands where it is put; timers go by the system's.</summary>
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
