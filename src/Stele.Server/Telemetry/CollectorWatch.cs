using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;
using Stele.Server.Hosting;

namespace Stele.Server.Telemetry;

/// <summary>Tells an operator when a collector takes nothing, and when it takes all again: once each, not at each try.</summary>
/// <remarks>
/// OpenTelemetry's exporters keep what befalls them to themselves, but for the events of their event source. Where a collector
/// comes and goes, it is told of every ten minutes at most.
/// </remarks>
internal sealed class CollectorWatch(IReadOnlyCollection<string> collectors, ILogger logger, TimeProvider time) : EventListener
{
    private const string Source = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private const string Taken = "ExportSuccess";
    private const int ReasonLengthMax = 200;

    /// <summary>The events of an export that failed; each has the endpoint first, and the reason last.</summary>
    private static readonly string[] Failed =
    [
        "FailedToReachCollector", "HttpRequestFailed", "RequestTimedOut", "OperationUnexpectedlyCanceled", "ExportFailure",
        "GrpcStatusWarning",
    ];

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Collector> _known = collectors.ToDictionary(name => name, _ => new Collector());

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Source) EnableEvents(eventSource, EventLevel.Informational);
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventSource.Name != Source || eventData.Payload is not [string endpoint, ..] payload) return;
        var isTaken = eventData.EventName == Taken;
        if (!isTaken && !Failed.Contains(eventData.EventName)) return;
        if (OtlpExport.AuthorityOf(endpoint) is not { } name || !_known.TryGetValue(name, out var collector)) return;
        lock (_lock)
        {
            if (isTaken) Takes(collector, name, endpoint);
            else Fails(collector, name, endpoint, ReasonOf(payload[^1] as string));
        }
    }

    private void Takes(Collector collector, string name, string endpoint)
    {
        if (!collector.Failing.Remove(endpoint) || collector.Failing.Count > 0 || !collector.IsTold) return;
        collector.IsTold = false;
        Log.CollectorTakesAgain(logger, name);
    }

    private void Fails(Collector collector, string name, string endpoint, string reason)
    {
        collector.Failing.Add(endpoint);
        if (collector.IsTold || (collector.LastTold is { } last && time.GetElapsedTime(last) < Pause)) return;
        (collector.IsTold, collector.LastTold) = (true, time.GetTimestamp());
        Log.CollectorFails(logger, name, reason);
    }

    // The first line of an exception, without its type: the rest is of no use to an operator.
    private static string ReasonOf(string? told)
    {
        var line = (told ?? "").Split('\n', 2)[0].Trim();
        var words = line.IndexOf("Exception: ", StringComparison.Ordinal);
        if (words >= 0) line = line[(words + "Exception: ".Length)..];
        return line.Length <= ReasonLengthMax ? line : line[..ReasonLengthMax];
    }

    // Spans and metrics go to endpoints of their own: a collector is well again when it takes both.
    private sealed class Collector
    {
        public HashSet<string> Failing { get; } = new(StringComparer.Ordinal);

        public bool IsTold { get; set; }

        public long? LastTold { get; set; }
    }
}
