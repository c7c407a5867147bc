using System.Numerics;

namespace Stele.Cli.Bench.Load;

/// <summary>
/// How often each latency occurred, in counters of fixed number: 64 for each power of two of nanoseconds, so that a
/// percentile is right within 1.6 %, and recording one costs a few instructions and no memory.
/// </summary>
internal sealed class LatencyCounters
{
    private const int StepBits = 6;
    private const int Steps = 1 << StepBits;
    private readonly long[] _counters = new long[Steps * (64 - StepBits)];

    public long Count { get; private set; }

    public void Record(long nanoseconds)
    {
        _counters[IndexOf(Math.Max(0, nanoseconds))]++;
        Count++;
    }

    public void Add(LatencyCounters others)
    {
        for (var i = 0; i < _counters.Length; i++) _counters[i] += others._counters[i];
        Count += others.Count;
    }

    public void Clear()
    {
        Array.Clear(_counters);
        Count = 0;
    }

    /// <summary>The latency in microseconds that this share of all did not exceed; 0 when there are none.</summary>
    /// <param name="share">From 0 to 1: 0.5 for the median.</param>
    public double Microseconds(double share)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (var i = 0; i < _counters.Length; i++)
        {
            seen += _counters[i];
            if (seen >= wanted) return ValueOf(i) / 1000.0;
        }
        return 0;
    }

    private static int IndexOf(long value)
    {
        if (value < Steps) return (int)value;
        var shift = BitOperations.Log2((ulong)value) - StepBits;
        return ((shift + 1) << StepBits) + (int)(value >> shift) - Steps;
    }

    // The middle of what a counter covers.
    private static double ValueOf(int index)
    {
        if (index < Steps) return index;
        var shift = (index >> StepBits) - 1;
        var first = (long)((index & (Steps - 1)) + Steps) << shift;
        return first + ((1L << shift) - 1) / 2.0;
    }
}
