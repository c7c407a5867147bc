using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Stele.Replication.Telemetry;
using Stele.Server.Hosting;

namespace Stele.Server.Telemetry;

/// <summary>
/// Sends spans and metrics by OTLP, where OpenTelemetry's own variables of the environment say to; else it is not there.
/// </summary>
/// <remarks>
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> (or that of one signal) turns it on; <c>OTEL_SDK_DISABLED</c>,
/// <c>OTEL_TRACES_EXPORTER=none</c> and <c>OTEL_METRICS_EXPORTER=none</c> turn it, or one of its signals, off. The SDK reads the
/// other variables itself: protocol, headers, sampler, intervals.
/// </remarks>
internal sealed class OtlpExport : IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly CollectorWatch _watch;
    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    private OtlpExport(ResourceBuilder resource, bool traces, bool metrics, CollectorWatch watch)
    {
        _watch = watch;
        if (traces)
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource).AddSource(LedgerMetrics.Name).AddOtlpExporter().Build();
        }
        if (metrics)
        {
            _metrics = Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(resource).AddMeter(LedgerMetrics.Name, "System.Runtime").AddOtlpExporter().Build();
        }
    }

    /// <summary>Starts to send; null where nobody has asked for it.</summary>
    /// <param name="nodeId">The node's id, by which its instance is known.</param>
    /// <param name="ledgerId">The ledger's name.</param>
    /// <param name="logger">Where it is told where they go, and that they do not arrive.</param>
    /// <param name="time">The clock.</param>
    public static OtlpExport? Start(string nodeId, string ledgerId, ILogger logger, TimeProvider time)
    {
        if (string.Equals(Variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)) return null;
        var (traces, metrics) = (IsOn("TRACES"), IsOn("METRICS"));
        if (!traces && !metrics) return null;
        // What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say counts before this.
        var resource = ResourceBuilder.CreateEmpty()
            .AddService("stele", serviceVersion: typeof(OtlpExport).Assembly.GetName().Version!.ToString(fieldCount: 3),
                autoGenerateServiceInstanceId: false, serviceInstanceId: nodeId)
            .AddAttributes([new KeyValuePair<string, object>("stele.ledger.id", ledgerId)])
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        string[] signals = [.. traces ? ["TRACES"] : Array.Empty<string>(), .. metrics ? ["METRICS"] : Array.Empty<string>()];
        Log.Exports(logger, traces ? Where("TRACES") : "nowhere", metrics ? Where("METRICS") : "nowhere");
        return new OtlpExport(resource, traces, metrics, new CollectorWatch([.. signals.Select(Where).Distinct()], logger, time));
    }

    /// <summary>Sends what is left, for a few seconds at most, and ends.</summary>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
        _watch.Dispose();
    }

    /// <summary>An address without the user, the path and the query: there may be secrets in them. Null for what is none.</summary>
    internal static string? AuthorityOf(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        ? uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : null;

    private static string Where(string signal) => AuthorityOf(EndpointOf(signal)) ?? "what is no address";

    private static string? EndpointOf(string signal) => Variable($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") ?? Variable(Endpoint);

    private static bool IsOn(string signal) =>
        EndpointOf(signal) is not null
        && !string.Equals(Variable($"OTEL_{signal}_EXPORTER"), "none", StringComparison.OrdinalIgnoreCase);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
