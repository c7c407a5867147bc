using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Stele.Replication.Telemetry;
using Stele.Server.Telemetry;

namespace Stele.Server.Tests.Telemetry;

/// <summary>docs/monitoring.md has the metrics that there are; alerts and dashboard ask for no others.</summary>
public sealed partial class MonitoringDocumentTests(MetricsFixture ledger) : IClassFixture<MetricsFixture>
{
    private const string Begin = "<!-- metrics: made from the instruments -->\n\n";
    private const string End = "\n<!-- metrics end -->";

    private static string DocumentPath => Path.Combine(Repository.Root, "docs", "monitoring.md");

    [Fact]
    public void The_document_says_what_the_instruments_say()
    {
        Assert.NotNull(ledger.Host);
        var text = File.ReadAllText(DocumentPath);
        var (start, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        var right = text[..start] + Table() + text[end..];
        var writes = Environment.GetEnvironmentVariable("TEST_WRITE_DOCS") is not null;
        if (writes) File.WriteAllText(DocumentPath, right);
        Assert.True(writes || text == right, "docs/monitoring.md is stale. Run this test with TEST_WRITE_DOCS=1 to write it anew.");
    }

    [Theory]
    [InlineData("deploy/prometheus/alerts.yaml")]
    [InlineData("deploy/grafana/stele.json")]
    public void What_is_asked_for_is_measured(string path)
    {
        var names = Families().SelectMany(family => Names(family)).ToHashSet(StringComparer.Ordinal);
        var asked = MetricName().Matches(File.ReadAllText(Path.Combine(Repository.Root, path))).Select(match => match.Value).ToList();
        Assert.NotEmpty(asked);
        names.Add("stele_operation"); // a label
        Assert.Subset(names, asked.ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void The_dashboard_is_json()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "deploy/grafana/stele.json")));
        Assert.NotEqual(0, json.RootElement.GetProperty("panels").GetArrayLength());
    }

    private static List<MetricFamily> Families()
    {
        // Ledgers of other tests, on other threads, publish theirs at any moment.
        var found = new ConcurrentQueue<MetricFamily>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == LedgerMetrics.Name && instrument.Name.StartsWith("stele.", StringComparison.Ordinal))
                found.Enqueue(new MetricFamily(instrument));
        };
        listener.Start();
        return [.. found.DistinctBy(family => family.Instrument.Name).OrderBy(family => family.Instrument.Name, StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Names(MetricFamily family)
    {
        var name = PrometheusText.NameOf(family.Instrument, family.Kind);
        return family.Kind == MetricKind.Histogram ? [$"{name}_bucket", $"{name}_sum", $"{name}_count"] : [name];
    }

    private static string Table()
    {
        var text = new StringBuilder("| metric | in OpenTelemetry | kind | unit | what |\n|---|---|---|---|---|\n");
        foreach (var family in Families())
        {
            var name = PrometheusText.NameOf(family.Instrument, family.Kind);
            var kind = family.Kind.ToString().ToLowerInvariant();
            var what = family.Instrument.Description;
            text.Append($"| `{name}` | `{family.Instrument.Name}` | {kind} | `{family.Instrument.Unit}` | {what} |\n");
        }
        return text.ToString();
    }

    [GeneratedRegex("stele_[a-z_]+")]
    private static partial Regex MetricName();
}
