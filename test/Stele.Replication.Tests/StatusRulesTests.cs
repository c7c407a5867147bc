using Stele.Replication.Sequencing;

namespace Stele.Replication.Tests;

/// <summary>CCF's table of transaction states, and when signatures are due.</summary>
public sealed class StatusRulesTests
{
    [Theory]
    [InlineData("2.5", 2L, "2.9", TransactionStatus.Committed)]
    [InlineData("2.5", 2L, "2.5", TransactionStatus.Committed)]
    [InlineData("3.5", 2L, "2.9", TransactionStatus.Invalid)]
    [InlineData("2.5", null, "2.9", TransactionStatus.Invalid)]
    [InlineData("2.5", 2L, "2.4", TransactionStatus.Pending)]
    [InlineData("2.5", 3L, "3.4", TransactionStatus.Invalid)]
    [InlineData("2.5", null, "3.4", TransactionStatus.Invalid)]
    [InlineData("2.5", null, "2.4", TransactionStatus.Unknown)]
    [InlineData("4.5", null, "2.4", TransactionStatus.Unknown)]
    public void A_transaction_is(string asked, long? viewThere, string committed, TransactionStatus status) => Assert.Equal(
        status, StatusRules.StatusOf(Id(asked), viewThere is { } view ? new View(view) : null, Id(committed)));

    [Fact]
    public void A_signature_is_due_by_time_by_count_by_bytes_or_when_someone_waits_at_an_idle_ledger()
    {
        var options = new SequencerOptions
        {
            SignatureInterval = TimeSpan.FromHours(1),
            SignatureEntriesMax = 10,
            SignatureBytesMax = 1000,
        };
        var schedule = new SigningSchedule(options, TimeProvider.System);
        Assert.False(schedule.IsDue(idle: true));
        schedule.Add(1, someoneWaits: false);
        Assert.True(schedule.IsDue(idle: false), "the first of a run is due at once");
        schedule.Signed();
        Assert.False(schedule.AnyUnsigned);

        schedule.Add(1, someoneWaits: false);
        Assert.False(schedule.IsDue(idle: true), "nobody waits, and an hour has not passed");
        schedule.Add(1, someoneWaits: true);
        Assert.True(schedule.IsDue(idle: true));
        Assert.False(schedule.IsDue(idle: false));
        schedule.Signed();

        for (var i = 0; i < 10; i++) schedule.Add(1, someoneWaits: false);
        Assert.True(schedule.IsDue(idle: false), "so many entries");
        schedule.Signed();
        schedule.Add(1000, someoneWaits: false);
        Assert.True(schedule.IsDue(idle: false), "so many bytes");
    }

    [Fact]
    public void A_signature_gathers_five_times_as_long_while_nobody_waits()
    {
        var time = new StandingTime();
        var schedule = new SigningSchedule(new SequencerOptions { SignatureInterval = TimeSpan.FromMilliseconds(10) }, time);
        schedule.Add(1, someoneWaits: false);
        schedule.Signed();

        schedule.Add(1, someoneWaits: false);
        time.Elapsed = TimeSpan.FromMilliseconds(49);
        Assert.False(schedule.IsDue(idle: false));
        time.Elapsed = TimeSpan.FromMilliseconds(50);
        Assert.True(schedule.IsDue(idle: false));
        schedule.Signed();

        schedule.Add(1, someoneWaits: false);
        schedule.Add(1, someoneWaits: true);
        time.Elapsed = TimeSpan.FromMilliseconds(59);
        Assert.False(schedule.IsDue(idle: false));
        time.Elapsed = TimeSpan.FromMilliseconds(60);
        Assert.True(schedule.IsDue(idle: false), "one who waits is not kept waiting by those who do not");
    }

    private static TransactionId Id(string text) => TransactionId.TryParse(text, out var id) ? id : default;

    private sealed class StandingTime : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}
