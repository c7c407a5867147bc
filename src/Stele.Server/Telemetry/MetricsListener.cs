using System.Diagnostics.Metrics;
using Stele.Replication.Telemetry;

namespace Stele.Server.Telemetry;

/// <summary>Gathers the metrics of one node, and those of the runtime, for who asks.</summary>
internal sealed class MetricsListener : IDisposable
{
    private const string RuntimeMeter = "System.Runtime";

    private readonly Lock _lock = new();
    private readonly List<MetricFamily> _families = [];
    private readonly MeterListener _listener = new();

    public MetricsListener(LedgerMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!ReferenceEquals(instrument.Meter, metrics.Meter) && instrument.Meter.Name != RuntimeMeter) return;
            var family = new MetricFamily(instrument);
            lock (_families) _families.Add(family);
            listener.EnableMeasurementEvents(instrument, family);
        };
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.Start();
    }

    /// <summary>All that there is to say now, in Prometheus' text format.</summary>
    public string Text()
    {
        lock (_lock)
        {
            List<MetricFamily> families;
            lock (_families) families = [.. _families];
            foreach (var family in families) family.Begin();
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException)
            {
                // What cannot be observed now, as while the ledger closes, is left out.
            }
            return PrometheusText.Of(families);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((MetricFamily)family!).Record(value, tags);
}
