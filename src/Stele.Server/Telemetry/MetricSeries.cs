namespace Stele.Server.Telemetry;

/// <summary>The values of one metric with one set of labels.</summary>
/// <remarks>Recorded on any thread, read on any.</remarks>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] tags, IReadOnlyList<double> bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _buckets = new long[bounds.Count + 1];
    private double _value;
    private long _count;

    /// <summary>The labels.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Tags => tags;

    /// <summary>The upper bounds of the buckets but for the last, which has none; ascending.</summary>
    public IReadOnlyList<double> Bounds => bounds;

    /// <summary>Whether a measurement is of this series.</summary>
    public bool Is(ReadOnlySpan<KeyValuePair<string, object?>> others)
    {
        if (others.Length != tags.Length) return false;
        for (var i = 0; i < tags.Length; i++)
            if (tags[i].Key != others[i].Key || !Equals(tags[i].Value, others[i].Value)) return false;
        return true;
    }

    /// <summary>Adds to the value.</summary>
    public void Add(double value)
    {
        lock (_lock) _value += value;
    }

    /// <summary>Takes the place of the value.</summary>
    public void Set(double value)
    {
        lock (_lock) _value = value;
    }

    /// <summary>Counts a value in its bucket.</summary>
    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Count && value > bounds[bucket]) bucket++;
        lock (_lock)
        {
            _buckets[bucket]++;
            _count++;
            _value += value;
        }
    }

    /// <summary>The value, or the sum of all values; with them their number, and how many were counted in each bucket.</summary>
    public (double Value, long Count, long[] Buckets) Read()
    {
        lock (_lock) return (_value, _count, [.. _buckets]);
    }
}
