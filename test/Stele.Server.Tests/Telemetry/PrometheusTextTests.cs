using System.Diagnostics.Metrics;
using Stele.Replication.Telemetry;
using Stele.Server.Telemetry;

namespace Stele.Server.Tests.Telemetry;

/// <summary>Instruments in Prometheus' words.</summary>
public sealed class PrometheusTextTests : IDisposable
{
    private readonly LedgerMetrics _metrics = new(TimeProvider.System);
    private readonly MetricsListener _listener;

    public PrometheusTextTests() => _listener = new MetricsListener(_metrics);

    public void Dispose()
    {
        _listener.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public void Whatever_a_label_holds_is_escaped()
    {
        const string odd = "a \"quoted\" back\\slash,\nnew line} le=\"1\"";
        _metrics.Meter.CreateCounter<long>("odd.counter", "{thing}", "Help with \\ and\nlines.")
            .Add(3, new KeyValuePair<string, object?>("odd.label-1", odd));
        var read = Exposition.Parse(_listener.Text());
        Assert.Equal(3, read.Value("odd_counter_total", ("odd_label_1", odd)));
        Assert.Equal("Help with \\\\ and\\nlines.", read.Families["odd_counter_total"].Help);
    }

    [Fact]
    public void A_value_on_a_bound_counts_below_it()
    {
        var histogram = _metrics.Meter.CreateHistogram(
            "some.size", "By", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2.5] });
        foreach (var value in new[] { 0.5, 1, 2, 2.5, 3 }) histogram.Record(value);
        var read = Exposition.Parse(_listener.Text());
        Assert.Equal(2, read.Value("some_size_bytes_bucket", ("le", "1")));
        Assert.Equal(4, read.Value("some_size_bytes_bucket", ("le", "2.5")));
        Assert.Equal(5, read.Value("some_size_bytes_bucket", ("le", "+Inf")));
        Assert.Equal(9, read.Value("some_size_bytes_sum"));
    }

    [Fact]
    public void What_is_observed_no_more_is_told_no_more()
    {
        var label = "first";
        _metrics.Meter.CreateObservableGauge(
            "changing", () => new Measurement<double>(double.PositiveInfinity, new KeyValuePair<string, object?>("is", label)));
        Assert.Equal(double.PositiveInfinity, Exposition.Parse(_listener.Text()).Value("changing", ("is", "first")));
        label = "second";
        var read = Exposition.Parse(_listener.Text());
        Assert.Null(read.Value("changing", ("is", "first")));
        Assert.NotNull(read.Value("changing", ("is", "second")));
    }

    [Fact]
    public void Of_two_nodes_in_a_process_each_tells_its_own()
    {
        using var other = new LedgerMetrics(TimeProvider.System);
        other.Meter.CreateCounter<long>("mine").Add(1);
        Assert.Null(Exposition.Parse(_listener.Text()).Value("mine_total"));
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        const int times = 10_000;
        var histogram = _metrics.Duration("some.duration", "A duration.");
        var counter = _metrics.Meter.CreateCounter<long>("some.counter");
        var tag = new KeyValuePair<string, object?>("label", "value");
        void Record()
        {
            histogram.Record(0.01);
            histogram.Record(0.01, tag);
            counter.Add(1, tag);
        }

        Record();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++) Record();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, times);
    }
}
