namespace Stele.Cli.Tests.Telemetry;

/// <summary>Spans and metrics that a node sends where the environment says, by OpenTelemetry's protocol.</summary>
public sealed class OtlpTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task An_append_goes_by_otlp_in_the_callers_trace()
    {
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        const string caller = "b7ad6b7169203331";
        await using var receiver = await OtlpReceiver.StartAsync(Cancel);
        await using var ledger = await RunningLedger.StartAsync(_directory, Otlp(receiver));
        using var client = ledger.CreateClient();
        // Where somebody waits for the commit, the batch of the append is the one that is signed.
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/app/transactions?api-version=2026-07-31-preview&waitForCommit=true");
        request.Content = new StringContent("""{"contents":"traced"}""", System.Text.Encoding.UTF8, "application/json");
        request.Headers.Add("traceparent", $"00-{trace}-{caller}-01");
        (await client.SendAsync(request, Cancel)).EnsureSuccessStatusCode();
        await WhenAsync(() => receiver.Metrics.ContainsKey("stele.append.duration"));
        // What was not sent yet is sent as it ends.
        await ledger.StopAsync();

        var spans = receiver.Spans.Where(span => span.Trace == trace).ToDictionary(span => span.Name);
        Assert.Equal(caller, spans["POST /app/transactions"].Parent);
        Assert.Equal(spans["POST /app/transactions"].Id, spans["stele.append"].Parent);
        Assert.Equal(spans["stele.append"].Id, spans["stele.batch"].Parent);
        Assert.Equal(spans["stele.batch"].Id, spans["stele.flush"].Parent);
        Assert.Equal(spans["stele.batch"].Id, spans["stele.sign"].Parent);
        Assert.Equal("stele", receiver.Resource["service.name"]);
        Assert.Equal(RunningLedger.LedgerId, receiver.Resource["stele.ledger.id"]);
        string[] metrics = ["stele.seqno", "stele.requests", "stele.commit.duration", "stele.ledger.flush.duration"];
        Assert.All(metrics, metric => Assert.Contains(metric, receiver.Metrics.Keys));
    }

    [Fact]
    public async Task Nothing_is_sent_where_it_is_switched_off()
    {
        await using var receiver = await OtlpReceiver.StartAsync(Cancel);
        var environment = Otlp(receiver);
        environment["OTEL_TRACES_EXPORTER"] = "none";
        await using var ledger = await RunningLedger.StartAsync(_directory, environment, "--log-level", "information");
        await WhenAsync(() => receiver.Metrics.ContainsKey("stele.seqno"));
        await ledger.StopAsync();
        Assert.Empty(receiver.Spans);
        var to = receiver.Address.ToString().TrimEnd('/');
        Assert.Contains($"By OTLP spans go to nowhere, metrics to {to}.", ledger.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_cannot_be_reached_is_told_of_once_and_once_when_it_is()
    {
        var port = FreePorts.Take(1)[0];
        var to = $"http://127.0.0.1:{port}";
        await using var ledger = await RunningLedger.StartAsync(_directory, Otlp(new Uri($"http://user:not-to-be-shown@127.0.0.1:{port}")));
        await SpanAsync(ledger);
        await WhenAsync(() => ledger.Output.Contains($"The OTLP collector at {to} does not take what is sent: ", StringComparison.Ordinal));
        // Many more tries follow, of spans and of metrics.
        for (var i = 0; i < 5; i++)
        {
            await SpanAsync(ledger);
            await Task.Delay(500, Cancel);
        }
        Assert.DoesNotContain("sent again", ledger.Output, StringComparison.Ordinal);

        await using var receiver = await OtlpReceiver.StartAsync(Cancel, port);
        await WhenAsync(async () =>
        {
            await SpanAsync(ledger);
            return ledger.Output.Contains($"The OTLP collector at {to} takes what is sent again.", StringComparison.Ordinal);
        });
        await ledger.StopAsync();
        Assert.Equal(2, ledger.Output.Split("The OTLP collector at").Length - 1);
        Assert.DoesNotContain("not-to-be-shown", ledger.Output, StringComparison.Ordinal);
    }

    private static async Task SpanAsync(RunningLedger ledger)
    {
        using var client = ledger.CreateClient();
        (await client.GetAsync(new Uri("/app/collections?api-version=2022-05-13", UriKind.Relative), Cancel)).EnsureSuccessStatusCode();
    }

    private static Dictionary<string, string> Otlp(OtlpReceiver receiver) => Otlp(receiver.Address);

    private static Dictionary<string, string> Otlp(Uri endpoint) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint.ToString(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
    };

    private static Task WhenAsync(Func<bool> condition) => WhenAsync(() => Task.FromResult(condition()));

    private static async Task WhenAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await condition()) await Task.Delay(50, patience.Token);
    }
}
