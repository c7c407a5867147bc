using Stele.Server.Functions;

namespace Stele.Server.Tests.Functions;

/// <summary>How often a run begins anew.</summary>
public sealed class AttemptsTests
{
    [Fact]
    public void There_are_so_many_and_not_for_long()
    {
        var clock = new Clock();
        var quick = new Attempts(clock);
        Assert.Equal(30, Enumerable.Range(0, 100).Count(_ => quick.TryBegin()));
        var slow = new Attempts(clock);
        clock.Second += 31;
        Assert.False(new[] { slow.TryBegin(), slow.TryBegin() }[1]);
        var late = new Attempts(clock);
        clock.Second += 31;
        Assert.True(late.TryBegin());
    }

    private sealed class Clock : TimeProvider
    {
        public long Second { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Second;
    }
}
