using System.Collections.Concurrent;
using System.Diagnostics;
using Stele.Replication.Telemetry;
using Stele.Server.Tests.Network;

namespace Stele.Server.Tests.Telemetry;

/// <summary>The spans of a write, over two nodes.</summary>
public sealed class TraceTests(NetworkFixture network) : IClassFixture<NetworkFixture>
{
    private const string Append = "POST /app/transactions";

    [Fact]
    public async Task A_write_that_a_backup_passes_on_is_one_trace()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == LedgerMetrics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
                    ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        // The client's own span, which its requests name.
        using var client = new Activity("client") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        await network.AtBackup.AppendAsync("traced");
        var trace = client.TraceId;
        client.Stop();
        var spans = await SpansAsync(ended, trace);

        var servers = spans.Where(span => span.Kind == ActivityKind.Server).ToList();
        Assert.Equal(2, servers.Count);
        var first = servers.Single(server => servers.All(other => other.SpanId != server.ParentSpanId));
        var second = servers.Single(server => server.ParentSpanId == first.SpanId);
        Assert.All(servers, server => Assert.Equal(Append, server.OperationName));
        Assert.Equal("200", second.GetTagItem("http.response.status_code"));
        var append = spans.Single(span => span.OperationName == "stele.append");
        Assert.Equal(second.SpanId, append.ParentSpanId);
        var batch = spans.Single(span => span.OperationName == "stele.batch");
        Assert.Equal(append.SpanId, batch.ParentSpanId);
        Assert.Equal(batch.SpanId, spans.Single(span => span.OperationName == "stele.order").ParentSpanId);
    }

    // A node's spans end after its answer has gone out.
    private static async Task<List<Activity>> SpansAsync(ConcurrentQueue<Activity> ended, ActivityTraceId trace)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            var spans = ended.Where(span => span.TraceId == trace).ToList();
            var isWhole = spans.Count(span => span.Kind == ActivityKind.Server) == 2
                && spans.Exists(span => span.OperationName == "stele.batch") && spans.Exists(span => span.OperationName == "stele.append");
            if (isWhole) return spans;
            await Task.Delay(50, patience.Token);
        }
    }
}
