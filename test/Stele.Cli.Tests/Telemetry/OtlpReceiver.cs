using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Stele.Cli.Tests.Telemetry;

/// <summary>What a span says.</summary>
internal sealed record ReceivedSpan(string Trace, string Id, string Parent, string Name);

/// <summary>Takes spans and metrics by OTLP over HTTP, and reads of them what tests ask.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;

    private OtlpReceiver(WebApplication server) => _server = server;

    public Uri Address => new(_server.Urls.First());

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = [];

    public ConcurrentDictionary<string, bool> Metrics { get; } = [];

    /// <summary>The resource's attributes that are text.</summary>
    public ConcurrentDictionary<string, string> Resource { get; } = [];

    /// <summary>Listens on a port that the system gives it, and so keeps; or on one that the caller took before.</summary>
    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var server = builder.Build();
        var receiver = new OtlpReceiver(server);
        server.MapPost("/v1/traces", http => AnswerAsync(http, receiver.TakeTraces));
        server.MapPost("/v1/metrics", http => AnswerAsync(http, receiver.TakeMetrics));
        await server.StartAsync(cancellationToken);
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private static async Task AnswerAsync(HttpContext http, Action<ProtobufMessage> take)
    {
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        take(new ProtobufMessage(body.ToArray()));
        http.Response.ContentType = "application/x-protobuf";
    }

    // ExportTraceServiceRequest.resource_spans (1), .scope_spans (2), .spans (2): trace_id 1, span_id 2, parent_span_id 4, name 5.
    private void TakeTraces(ProtobufMessage request)
    {
        foreach (var resource in request.Messages(1))
        {
            TakeResource(resource);
            foreach (var span in resource.Messages(2).SelectMany(scope => scope.Messages(2)))
                Spans.Enqueue(new ReceivedSpan(span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5)));
        }
    }

    // ExportMetricsServiceRequest.resource_metrics (1), .scope_metrics (2), .metrics (2): name 1.
    private void TakeMetrics(ProtobufMessage request)
    {
        foreach (var metric in request.Messages(1).SelectMany(one => one.Messages(2)).SelectMany(scope => scope.Messages(2)))
            Metrics[metric.Text(1)] = true;
    }

    // .resource (1), .attributes (1): key 1, value 2 with string_value 1.
    private void TakeResource(ProtobufMessage resource)
    {
        foreach (var attribute in resource.Messages(1).SelectMany(one => one.Messages(1)))
            Resource[attribute.Text(1)] = string.Concat(attribute.Messages(2).Select(value => value.Text(1)));
    }
}
