using System.Security.Cryptography.X509Certificates;
using Stele.Nemesis.Clients;
using Stele.Nemesis.Ground;
using Stele.Nemesis.History;
using Stele.Tests.Etcd;

namespace Stele.Nemesis.Network;

/// <summary>Three members of etcd and three nodes, all of them processes of their own.</summary>
internal sealed class LedgerNetwork : IAsyncDisposable
{
    private const int Count = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, HttpClient> _directly = [];
    private X509Certificate2? _administrator;

    private LedgerNetwork(IGround ground, EtcdCluster etcd, string folder, TimeSpan lease)
    {
        (Ground, Etcd, Folder, Lease) = (ground, etcd, folder, lease);
        Nodes =
        [
            .. Enumerable.Range(0, Count).Select(number => new SteleNode(
                number, folder, ground.Place(number),
                "--lease", $"{lease.TotalSeconds}", "--chunk-size", "200000", "--snapshot-entries", "1000")),
        ];
    }

    /// <summary>What the processes stand on.</summary>
    public IGround Ground { get; }

    /// <summary>The cluster of etcd.</summary>
    public EtcdCluster Etcd { get; }

    /// <summary>The nodes.</summary>
    public IReadOnlyList<SteleNode> Nodes { get; }

    /// <summary>Where the nodes' data directories and logs are.</summary>
    public string Folder { get; }

    /// <summary>How long a silent primary keeps its place.</summary>
    public TimeSpan Lease { get; }

    /// <summary>The service's certificate.</summary>
    public X509Certificate2 Service { get; private set; } = null!;

    /// <summary>Starts etcd and the first node, and lets the others join.</summary>
    public static async Task<LedgerNetwork> StartAsync(IGround ground, string folder, TimeSpan lease)
    {
        var network = new LedgerNetwork(ground, await ground.StartEtcdAsync(), folder, lease);
        try
        {
            await network.FoundAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client's connection to a node, as the administrator.</summary>
    public LedgerClient Client(Recorder recorder, int client, SteleNode node) => new(
        recorder, client, node.Number, () => node.Life,
        LedgerClient.Connect(node.Place.ForClients, Service, _administrator!));

    /// <summary>The node that takes writes; null while there is none.</summary>
    public async Task<SteleNode?> FindPrimaryAsync()
    {
        var all = await Task.WhenAll(Nodes.Select(async node => (Node: node, IsPrimary: await IsPrimaryAsync(node))));
        return all.FirstOrDefault(one => one.IsPrimary).Node;
    }

    /// <summary>The node that takes writes, once there is one.</summary>
    public async Task<SteleNode> PrimaryAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (await FindPrimaryAsync() is { } primary)
                return primary;
            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>How far each node's ledger is committed, as it says; null for one that says nothing.</summary>
    public Task<string?[]> CommitsAsync() => Task.WhenAll(Nodes.Select(async node =>
    {
        using var answer = await AskAsync(node, "/node/commit");
        return answer is null ? null : await answer.Content.ReadAsStringAsync();
    }));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
        await Etcd.DisposeAsync();
        foreach (var http in _directly.Values)
            http.Dispose();
        Service?.Dispose();
        _administrator?.Dispose();
    }

    private async Task FoundAsync()
    {
        Nodes[0].Launch();
        await Nodes[0].ReadyAsync();
        var certificate = Path.Combine(Nodes[0].Data, "service_cert.pem");
        Service = X509CertificateLoader.LoadCertificateFromFile(certificate);
        _administrator = X509Certificate2.CreateFromPemFile(Path.Combine(Nodes[0].Data, "administrator.pem"));
        foreach (var node in Nodes)
            _directly[node.Number] = LedgerClient.Connect(node.Place.Itself, Service, _administrator);
        foreach (var node in Nodes.Skip(1))
        {
            node.Launch("join", "--from", Nodes[0].Place.ForPeers.ToString(), "--service-cert", certificate);
            using var patience = new CancellationTokenSource(Patience);
            while (node.Waits is null)
                await Task.Delay(50, patience.Token);
            (await SteleTool.RunAsync("node", "trust", node.Waits, "--data", Nodes[0].Data)).Ok();
            await node.ReadyAsync();
        }
    }

    private async Task<bool> IsPrimaryAsync(SteleNode node)
    {
        using var answer = await AskAsync(node, "/node/primary");
        return answer is { IsSuccessStatusCode: true };
    }

    private async Task<HttpResponseMessage?> AskAsync(SteleNode node, string path)
    {
        using var soon = new CancellationTokenSource(Soon);
        try
        {
            return await _directly[node.Number].GetAsync(path, soon.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }
}
