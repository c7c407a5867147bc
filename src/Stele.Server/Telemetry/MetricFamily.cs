using System.Diagnostics.Metrics;

namespace Stele.Server.Telemetry;

/// <summary>What a family's values are, in the words of the exposition format.</summary>
internal enum MetricKind
{
    /// <summary>Counts up.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Counts values in buckets.</summary>
    Histogram,
}

/// <summary>One instrument, and its values by their labels.</summary>
internal sealed class MetricFamily
{
    // Instruments here have a few labels of known values; what would still grow without end is cut off.
    private const int SeriesMax = 2000;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, List<MetricSeries>> _series = [];
    private readonly IReadOnlyList<double> _bounds = [];
    private readonly bool _isObserved;
    private int _count;

    public MetricFamily(Instrument instrument)
    {
        Instrument = instrument;
        _isObserved = instrument.IsObservable;
        var type = instrument.GetType().GetGenericTypeDefinition();
        Kind = type == typeof(Histogram<>) ? MetricKind.Histogram
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
        if (Kind == MetricKind.Histogram) _bounds = BoundsOf(instrument);
    }

    public Instrument Instrument { get; }

    public MetricKind Kind { get; }

    /// <summary>The series that there are.</summary>
    public IReadOnlyList<MetricSeries> Series
    {
        get
        {
            lock (_lock) return [.. _series.Values.SelectMany(same => same)];
        }
    }

    /// <summary>Takes a measurement.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (SeriesOf(tags) is not { } series) return;
        if (Kind == MetricKind.Histogram) series.Observe(value);
        else if (_isObserved || Instrument is Gauge<double> or Gauge<long> or Gauge<int>) series.Set(value);
        else series.Add(value);
    }

    /// <summary>Forgets what was observed before it is observed anew: labels may be gone.</summary>
    public void Begin()
    {
        if (!_isObserved) return;
        lock (_lock)
        {
            _series.Clear();
            _count = 0;
        }
    }

    private MetricSeries? SeriesOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = 0;
        foreach (var tag in tags) hash = HashCode.Combine(hash, tag.Value);
        lock (_lock)
        {
            if (!_series.TryGetValue(hash, out var same)) _series.Add(hash, same = []);
            foreach (var one in same)
                if (one.Is(tags)) return one;
            if (_count == SeriesMax) return null;
            _count++;
            var series = new MetricSeries(tags.ToArray(), _bounds);
            same.Add(series);
            return series;
        }
    }

    private static IReadOnlyList<double> BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => bounds,
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => [],
    };
}
