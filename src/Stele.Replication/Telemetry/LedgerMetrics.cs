using System.Diagnostics.Metrics;

namespace Stele.Replication.Telemetry;

/// <summary>What a node measures of its own work: one meter, <c>Stele</c>, with names and units as OpenTelemetry wants them.</summary>
/// <remarks>
/// Each node has its own meter, so that two in one process are not added up. Where nobody listens nothing is measured: a clock
/// is not even read. Nothing here allocates.
/// </remarks>
public sealed class LedgerMetrics : IDisposable
{
    /// <summary>The meter's name, and the name of the source of spans.</summary>
    public const string Name = "Stele";

    // Half a millisecond to ten seconds: a flush is between one and twenty milliseconds, an election a few seconds.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly InstrumentAdvice<int> Counts = new()
    {
        HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
    };

    private readonly TimeProvider _time;
    private readonly Histogram<double> _append;
    private readonly Histogram<double> _commit;
    private readonly Histogram<double> _log;
    private readonly Histogram<double> _flush;
    private readonly Histogram<double> _sign;
    private readonly Histogram<double> _receipt;
    private readonly Histogram<int> _batch;
    private readonly Counter<long> _elections;

    /// <summary>Makes the meter and its instruments.</summary>
    /// <param name="time">The clock that durations are taken from.</param>
    public LedgerMetrics(TimeProvider time)
    {
        _time = time;
        _append = Duration("stele.append.duration", "From the arrival of a write at the sequencer until it is durable.");
        _commit = Duration("stele.commit.duration",
            "From the arrival of the oldest write that a signature covers until that signature is durable: one value a signature.");
        _log = Duration("stele.log.duration",
            "How long the log takes for a batch: a flush of the disk on a node alone, a transaction of etcd in a network.");
        _flush = Duration("stele.ledger.flush.duration", "How long this node's own disk takes to write and confirm what it is given.");
        _sign = Duration("stele.sign.duration", "How long it takes to make a signature transaction.");
        _receipt = Duration("stele.receipt.duration", "How long it takes to put a receipt together.");
        _batch = Meter.CreateHistogram("stele.batch.entries", "{entry}", "The entries of a batch.", tags: null, Counts);
        _elections = Meter.CreateCounter<long>("stele.elections", "{election}", "How often this node was elected primary.");
    }

    /// <summary>Metrics of a ledger that nobody watches.</summary>
    public static LedgerMetrics Unheard { get; } = new(TimeProvider.System);

    /// <summary>The meter, for further instruments of the same node.</summary>
    public Meter Meter { get; } = new(new MeterOptions(Name));

    /// <summary>Makes a histogram of durations, with the buckets that all of them have.</summary>
    /// <param name="name">Its name, dotted.</param>
    /// <param name="description">What is measured.</param>
    public Histogram<double> Duration(string name, string description) =>
        Meter.CreateHistogram(name, "s", description, tags: null, Seconds);

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    /// <summary>The time on the clock, where it is measured; else zero.</summary>
    internal long BeginAppend() => _append.Enabled || _commit.Enabled ? _time.GetTimestamp() : 0;

    /// <summary>The time on the clock, where it is measured; else zero.</summary>
    internal long BeginBatch() => _log.Enabled ? _time.GetTimestamp() : 0;

    /// <summary>The time on the clock, where it is measured; else zero.</summary>
    internal long BeginFlush() => _flush.Enabled ? _time.GetTimestamp() : 0;

    /// <summary>The time on the clock, where it is measured; else zero.</summary>
    internal long BeginSign() => _sign.Enabled ? _time.GetTimestamp() : 0;

    /// <summary>The time on the clock, where it is measured; else zero.</summary>
    internal long BeginReceipt() => _receipt.Enabled ? _time.GetTimestamp() : 0;

    internal void Appended(long begun) => End(_append, begun);

    internal void Committed(long begun) => End(_commit, begun);

    internal void Flushed(long begun) => End(_flush, begun);

    internal void Signed(long begun) => End(_sign, begun);

    internal void MadeReceipt(long begun) => End(_receipt, begun);

    internal void Logged(long begun, int entries)
    {
        End(_log, begun);
        _batch.Record(entries);
    }

    internal void Elected() => _elections.Add(1);

    /// <summary>Shows where a node stands.</summary>
    internal void Watch(LedgerNode node, ILedgerWriter writer)
    {
        if (ReferenceEquals(this, Unheard)) return;
        Gauge("stele.seqno", "{entry}", "The last durable entry.", () => node.Position.SeqNo.Value);
        Gauge("stele.view", "{view}", "The view of the last durable entry.", () => node.Position.View.Value);
        Gauge("stele.commit.seqno", "{entry}", "The last committed entry.", () => node.Committed.SeqNo.Value);
        Gauge("stele.commit.lag", "{entry}", "Durable entries that are not committed yet.",
            () => Math.Max(0, node.Position.SeqNo.Value - node.Committed.SeqNo.Value));
        Gauge("stele.sequencer.queue", "{command}", "Commands that wait for the sequencer.", () => writer.Waiting);
        Gauge("stele.index.missing", "{entry}", "Entries that the indexes lack, until they are made again.",
            () => node.MissingFromIndexes);
        Flag("stele.primary", "1 while this node is the primary, or alone.", () => writer.Role == Network.NodeRole.Primary);
        Flag("stele.trouble", "1 while something keeps this node from its part in the network.", () => writer.Trouble is not null);
        Flag("stele.stopped", "1 once this node takes no more writes before it is started anew.", () => writer.Stopped is not null);
    }

    private void Flag(string name, string description, Func<bool> value) =>
        Gauge(name, "{flag}", description, () => value() ? 1 : 0);

    private void Gauge(string name, string unit, string description, Func<long> value) =>
        Meter.CreateObservableGauge(name, value, unit, description);

    private void End(Histogram<double> histogram, long begun)
    {
        if (begun != 0) histogram.Record(_time.GetElapsedTime(begun).TotalSeconds);
    }
}
