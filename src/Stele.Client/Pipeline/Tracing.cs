using System.Diagnostics;
using Azure;

namespace Stele.Client.Pipeline;

/// <summary>The spans of this library: one for each call, named like the method. They hold no contents and no credentials.</summary>
internal static class Tracing
{
    /// <summary>The source's name, for <c>AddSource</c> of OpenTelemetry.</summary>
    public const string SourceName = "Stele.Client";

    private static readonly ActivitySource Source = new(SourceName, typeof(Tracing).Assembly.GetName().Version?.ToString(3));

    public static Activity? Start(string name, Uri endpoint)
    {
        var span = Source.StartActivity(name, ActivityKind.Client);
        return span?.SetTag("server.address", endpoint.Host).SetTag("server.port", endpoint.Port);
    }

    /// <summary>Notes an answer.</summary>
    public static void Note(Activity? span, Response response)
    {
        if (span is null) return;
        span.SetTag("http.response.status_code", response.Status);
        if (response.Headers.TryGetValue(LedgerPipeline.TransactionHeader, out var id)) span.SetTag("stele.transaction_id", id);
    }

    /// <summary>Notes a failure.</summary>
    /// <returns>False: a filter that catches nothing.</returns>
    public static bool Note(Activity? span, Exception fault)
    {
        if (span is null) return false;
        var failed = fault as RequestFailedException;
        if (failed is { Status: > 0 }) span.SetTag("http.response.status_code", failed.Status);
        span.SetTag("error.type", failed?.ErrorCode ?? fault.GetType().FullName);
        span.SetStatus(ActivityStatusCode.Error, failed?.ErrorCode);
        return false;
    }
}
