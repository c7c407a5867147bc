using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Stele.Replication.Telemetry;

namespace Stele.Server.Telemetry;

/// <summary>Counts requests by operation and status, measures them, and gives each a span where somebody traces.</summary>
internal sealed class RequestTelemetry
{
    private const string OperationTag = "stele.operation";
    private const string StatusTag = "http.response.status_code";
    private const int StatusMax = 600;

    // A tag's value is an object: those that there are, once.
    private static readonly string[] Statuses =
        [.. Enumerable.Range(0, StatusMax).Select(status => status.ToString(CultureInfo.InvariantCulture))];

    private readonly TimeProvider _time;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;

    public RequestTelemetry(LedgerMetrics metrics, TimeProvider time)
    {
        _time = time;
        _requests = metrics.Meter.CreateCounter<long>(
            "stele.requests", "{request}", "Requests that were answered, by operation and status.");
        _duration = metrics.Duration("stele.request.duration", "From a request's head to its answer, by operation.");
    }

    /// <summary>Whether anybody listens.</summary>
    public bool IsOn => _duration.Enabled || LedgerTraces.Source.HasListeners();

    /// <summary>Serves a request.</summary>
    public async Task ServeAsync(HttpContext http, RequestDelegate serve)
    {
        var begun = _time.GetTimestamp();
        var operation = OperationName.Of(http.Request);
        // The web server's own span is exported by nobody: this one's parent is the caller's, or none.
        Activity.Current = null;
        using var span = LedgerTraces.Source.StartActivity(operation, ActivityKind.Server, ParentOf(http.Request));
        try
        {
            await serve(http);
        }
        finally
        {
            var status = http.RequestAborted.IsCancellationRequested ? "aborted" : StatusText(http.Response.StatusCode);
            var tag = new KeyValuePair<string, object?>(OperationTag, operation);
            _requests.Add(1, tag, new KeyValuePair<string, object?>(StatusTag, status));
            _duration.Record(_time.GetElapsedTime(begun).TotalSeconds, tag);
            span?.SetTag(OperationTag, operation);
            span?.SetTag(StatusTag, status);
            if (http.Response.StatusCode >= StatusCodes.Status500InternalServerError) span?.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static string StatusText(int status) => status is >= 0 and < StatusMax ? Statuses[status] : "other";

    private static ActivityContext ParentOf(HttpRequest request) =>
        ActivityContext.TryParse(request.Headers.TraceParent, traceState: null, isRemote: true, out var parent) ? parent : default;
}
