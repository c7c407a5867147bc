using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Telemetry;

/// <summary>A ledger whose metrics are served.</summary>
public sealed class MetricsFixture : LedgerFixture
{
    private readonly HttpClient _client = new();

    private protected override int? MetricsPort => 0;

    /// <summary>What a path of the port of metrics answers.</summary>
    public Task<HttpResponseMessage> GetAsync(string path) =>
        _client.GetAsync(new Uri(Host.MetricsUri!, path), TestContext.Current.CancellationToken);

    internal async Task<Exposition> ScrapeAsync()
    {
        using var answer = await GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        return Exposition.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _client.Dispose();
        return base.DisposeAsync();
    }
}
