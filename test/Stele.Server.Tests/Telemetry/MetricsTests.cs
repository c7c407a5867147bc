using System.Net;

namespace Stele.Server.Tests.Telemetry;

/// <summary>What a node measures, as Prometheus reads it.</summary>
public sealed class MetricsTests(MetricsFixture ledger) : IClassFixture<MetricsFixture>
{
    private const string Append = "POST /app/transactions";

    [Fact]
    public async Task An_append_is_measured_on_its_way()
    {
        var before = await ledger.ScrapeAsync();
        var id = await ledger.Contributor.AppendAsync("one");
        await ledger.Contributor.AppendAsync("two");
        (await ledger.Reader.GetAsync($"/app/transactions/{id}/receipt?api-version=2022-05-13")).AssertOk();
        var after = await ledger.ScrapeAsync();
        foreach (var histogram in new[]
        {
            "append_duration_seconds", "log_duration_seconds", "ledger_flush_duration_seconds", "batch_entries",
        })
        {
            Assert.True(Grown(before, after, $"stele_{histogram}_count") >= 2, histogram);
        }
        Assert.True(Grown(before, after, "stele_sign_duration_seconds_count") >= 1);
        Assert.True(Grown(before, after, "stele_commit_duration_seconds_count") >= 1);
        Assert.True(Grown(before, after, "stele_receipt_duration_seconds_count") >= 1);
        Assert.True(Grown(before, after, "stele_seqno") >= 2);
        Assert.Equal("seconds", after.Families["stele_append_duration_seconds"].Unit);
        Assert.NotNull(after.Families["stele_append_duration_seconds"].Help);
    }

    [Fact]
    public async Task Requests_are_counted_by_operation_and_status()
    {
        var before = await ledger.ScrapeAsync();
        await ledger.Contributor.AppendAsync("one");
        await ledger.Reader.SendAsync("POST", "/app/transactions?api-version=2022-05-13", """{"contents":"no"}""");
        await ledger.Reader.GetAsync("/something/else");
        await ledger.Reader.SendAsync("BREW", "/app/transactions?api-version=2022-05-13");
        await ledger.Reader.GetAsync("/node/state");
        var after = await ledger.ScrapeAsync();
        Assert.Equal(1, Grown(before, after, "stele_requests_total", Append, "200"));
        Assert.Equal(1, Grown(before, after, "stele_requests_total", Append, "403"));
        Assert.Equal(1, Grown(before, after, "stele_requests_total", "/node", "200"));
        var other = Grown(before, after, "stele_requests_total", "other", "404");
        Assert.Equal(2, other + Grown(before, after, "stele_requests_total", "other", "405"));
        Assert.True(after.Value("stele_request_duration_seconds_count", ("stele_operation", Append)) >= 2);
    }

    [Fact]
    public async Task The_surroundings_are_told()
    {
        var text = await ledger.ScrapeAsync();
        var year = TimeSpan.FromDays(364).TotalSeconds;
        Assert.True(text.Value("stele_certificate_expiry_seconds", ("certificate", "service")) > year);
        Assert.True(text.Value("stele_certificate_expiry_seconds", ("certificate", "node")) > 0);
        Assert.True(text.Value("stele_disk_free_bytes") > 0);
        Assert.Equal(1, text.Value("stele_build_info", ("stele_ledger_id", "test-ledger")));
        Assert.Equal(1, text.Value("stele_primary"));
        Assert.Equal(0, text.Value("stele_trouble"));
        Assert.Equal(0, text.Value("stele_stopped"));
        Assert.NotNull(text.Value("stele_sequencer_queue"));
        Assert.NotNull(text.Value("stele_commit_lag"));
        Assert.True(text.Value("dotnet_process_cpu_time_seconds_total", ("cpu_mode", "user")) > 0);
    }

    [Fact]
    public async Task Metrics_are_on_their_own_port_alone_and_nothing_else_is_there()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await ledger.Reader.GetAsync("/metrics")).Status);
        using var other = await ledger.GetAsync("/app/transactions?api-version=2022-05-13");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Theory]
    [InlineData("live")]
    [InlineData("startup")]
    [InlineData("ready")]
    public async Task Probes_are_answered_on_both_ports(string probe)
    {
        using var answer = await ledger.GetAsync($"/healthz/{probe}");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await ledger.WithoutCertificate.GetAsync($"/healthz/{probe}")).Status);
    }

    private static double Grown(Exposition before, Exposition after, string name, string? operation = null, string? status = null)
    {
        (string, string)[] labels = operation is null ? [] : [("stele_operation", operation), ("http_response_status_code", status!)];
        return (after.Value(name, labels) ?? 0) - (before.Value(name, labels) ?? 0);
    }
}
