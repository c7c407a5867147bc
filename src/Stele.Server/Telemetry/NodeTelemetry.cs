using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Stele.Replication.Telemetry;
using Stele.Server.Application;
using Stele.Server.Home;
using Stele.Server.Hosting;

namespace Stele.Server.Telemetry;

/// <summary>All by which a node is watched: its metrics, the port that shows them, and what sends them elsewhere.</summary>
internal sealed class NodeTelemetry : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private MetricsListener? _listener;
    private WebApplication? _front;
    private OtlpExport? _export;
    private volatile ConfidentialLedger? _ledger;

    private NodeTelemetry(TimeProvider time)
    {
        _time = time;
        Metrics = new LedgerMetrics(time);
        Requests = new RequestTelemetry(Metrics, time);
    }

    /// <summary>Where the node measures what it does.</summary>
    public LedgerMetrics Metrics { get; }

    /// <summary>Where requests are counted.</summary>
    public RequestTelemetry Requests { get; }

    /// <summary>The address of metrics and probes; null where there is none.</summary>
    public Uri? Address { get; private set; }

    /// <summary>Begins before the ledger is there: a start can be watched.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<NodeTelemetry> StartAsync(
        LedgerHostOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel)
    {
        var telemetry = new NodeTelemetry(time);
        try
        {
            if (options.MetricsPort is { } port) await telemetry.ListenAsync(options.MetricsAddress, port, loggers, cancel);
            return telemetry;
        }
        catch
        {
            await telemetry.DisposeAsync();
            throw;
        }
    }

    /// <summary>Watches a node's surroundings too, and sends what it knows to where the environment says.</summary>
    public void Know(LedgerHome home, string ledgerId, ILogger logger)
    {
        NodeGauges.Add(Metrics, home, ledgerId, _time);
        _export = OtlpExport.Start(home.NodeKey.KeyId, ledgerId, logger, _time);
    }

    /// <summary>The ledger is open and served.</summary>
    public void Serves(ConfidentialLedger ledger) => _ledger = ledger;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_front is not null) await _front.DisposeAsync();
        _export?.Dispose();
        _listener?.Dispose();
        Metrics.Dispose();
    }

    private async Task ListenAsync(string address, int port, ILoggerFactory loggers, CancellationToken cancel)
    {
        var ip = IPAddress.Parse(address);
        _listener = new MetricsListener(Metrics);
        _front = await MetricsFront.StartAsync(new IPEndPoint(ip, port), _listener, () => _ledger, loggers, cancel);
        var host = ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any) ? "localhost" : address;
        Address = new UriBuilder(Uri.UriSchemeHttp, host, HttpsFront.PortOf(_front)).Uri;
    }
}
