using System.Net;
using Stele.Server.Attestation;
using Stele.Server.Hosting;
using Stele.Tests.Etcd;

namespace Stele.Server.Tests.Telemetry;

/// <summary>What probes are told of a node of a network that cannot do its part.</summary>
public sealed class ReadinessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("stele-ready-").FullName;
    private readonly HttpClient _client = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_node_that_starts_lives_and_is_not_ready()
    {
        var port = FreePorts.Take(1)[0];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        // Nobody orders its ledger: it waits to be elected.
        var starting = LedgerHost.StartAsync(Options(port, new Uri("http://127.0.0.1:1")), stop.Token);
        await WhenAsync(port, "live", HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(port, "startup"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(port, "ready"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
    }

    [Fact]
    public async Task A_node_without_a_primary_has_started_and_is_not_ready()
    {
        var port = FreePorts.Take(1)[0];
        await using var etcd = await EtcdCluster.StartAsync();
        await using var host = await LedgerHost.StartAsync(Options(port, [.. etcd.Addresses]), Cancel);
        await WhenAsync(port, "ready", HttpStatusCode.NoContent);
        foreach (var member in etcd.Members) await member.KillAsync();
        await WhenAsync(port, "ready", HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.NoContent, await AskAsync(port, "startup"));
        Assert.Equal(HttpStatusCode.NoContent, await AskAsync(port, "live"));
        var text = Exposition.Parse(await _client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), Cancel));
        // On a slow machine a lease may have been lost before, and won again.
        Assert.True(text.Value("stele_elections_total") >= 1);
    }

    private LedgerHostOptions Options(int metricsPort, params Uri[] etcd)
    {
        var port = FreePorts.Take(1)[0];
        return new LedgerHostOptions
        {
            DataDirectory = Path.Combine(_directory, "data"),
            Port = port,
            IdentityPort = 0,
            MetricsPort = metricsPort,
            StopsOnSignals = false,
            Platform = new PlatformOptions { AllowsVirtual = true },
            Network = new NodeNetworkOptions { EtcdEndpoints = etcd, Address = new Uri($"https://127.0.0.1:{port}") },
        };
    }

    private async Task WhenAsync(int port, string probe, HttpStatusCode status)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Patience);
        while (await AskAsync(port, probe) != status) await Task.Delay(100, patience.Token);
    }

    private async Task<HttpStatusCode?> AskAsync(int port, string probe)
    {
        try
        {
            using var answer = await _client.GetAsync(new Uri($"http://127.0.0.1:{port}/healthz/{probe}"), Cancel);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null; // not there yet
        }
    }
}
