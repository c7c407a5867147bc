using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Stele.Server.Application;
using Stele.Server.Health;
using Stele.Server.Hosting;

namespace Stele.Server.Telemetry;

/// <summary>
/// The port of metrics and probes: in clear, without callers' names, and with nothing on it that an entry says. It answers from
/// the node's first moment on, while the ledger's own port waits for the ledger.
/// </summary>
internal static class MetricsFront
{
    private const int ConnectionsMax = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Starts it.</summary>
    /// <param name="endPoint">The address and port to listen on.</param>
    /// <param name="metrics">What it shows.</param>
    /// <param name="ledger">The ledger; null until it is open and served.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<WebApplication> StartAsync(
        IPEndPoint endPoint, MetricsListener metrics, Func<ConfidentialLedger?> ledger, ILoggerFactory loggers, CancellationToken cancel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, endPoint));
        var app = builder.Build();
        app.Run(http => HealthEndpoints.TryAnswer(http, ledger()) ? Task.CompletedTask : AnswerAsync(http, metrics));
        await app.StartAsync(cancel);
        return app;
    }

    private static Task AnswerAsync(HttpContext http, MetricsListener metrics)
    {
        if (!HttpMethods.IsGet(http.Request.Method) || http.Request.Path.Value != "/metrics")
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        http.Response.ContentType = PrometheusText.ContentType;
        return http.Response.WriteAsync(metrics.Text(), Encoding.UTF8, http.RequestAborted);
    }

    private static void Configure(KestrelServerOptions kestrel, IPEndPoint endPoint)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.RequestHeadersTimeout = Patience;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http1);
    }
}
