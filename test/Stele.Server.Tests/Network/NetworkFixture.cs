using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Keys;
using Stele.Replication.Network;
using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Hosting;
using Stele.Server.Joining;
using Stele.Server.Sealing;
using Stele.Server.Tests.Attestation;
using Stele.Server.Tests.Support;
using Stele.Tests.Etcd;

namespace Stele.Server.Tests.Network;

/// <summary>A network of two nodes in this process, the first of which founded it, on an etcd of its own.</summary>
public sealed class NetworkFixture : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-network-").FullName;
    private readonly List<IDisposable> _owned = [];
    private readonly List<LedgerHost> _hosts = [];
    private readonly Dictionary<int, LedgerHostOptions> _options = [];
    private EtcdCluster? _etcd;

    internal LedgerHost First => _hosts[0];

    internal LedgerHost Second => _hosts[1];

    internal X509Certificate2 Service { get; private set; } = null!;

    internal X509Certificate2 AdministratorCertificate { get; private set; } = null!;

    internal string ServiceCertificateFile => Path.Combine(DataOf(0), "service_cert.pem");

    /// <summary>The administrator at the node that is not the primary.</summary>
    internal Caller AtBackup => CallerAt(Backup, AdministratorCertificate);

    /// <summary>The administrator at the primary.</summary>
    internal Caller AtPrimary => CallerAt(Primary, AdministratorCertificate);

    internal LedgerHost Primary { get; private set; } = null!;

    internal LedgerHost Backup => ReferenceEquals(Primary, First) ? Second : First;

    public async ValueTask InitializeAsync()
    {
        _etcd = await EtcdCluster.StartAsync();
        _hosts.Add(await LedgerHost.StartAsync(OptionsOf(0), Cancel));
        Service = X509CertificateLoader.LoadCertificateFromFile(ServiceCertificateFile);
        AdministratorCertificate = X509Certificate2.CreateFromPemFile(Path.Combine(DataOf(0), "administrator.pem"));
        Primary = First;
        var options = OptionsOf(1);
        await JoinAsync(1, options.Network!.Address, trusts: true);
        _hosts.Add(await LedgerHost.StartAsync(options, Cancel));
    }

    /// <summary>Starts a node.</summary>
    internal Task<LedgerHost> StartAsync(int node, Func<LedgerHostOptions, LedgerHostOptions>? change = null) =>
        LedgerHost.StartAsync(change?.Invoke(OptionsOf(node)) ?? OptionsOf(node), Cancel);

    /// <summary>Stops one of the two nodes, and starts it again.</summary>
    internal async Task RestartAsync(int node, Func<LedgerHostOptions, LedgerHostOptions> change)
    {
        await _hosts[node].DisposeAsync();
        _hosts[node] = await StartAsync(node, change);
    }

    /// <summary>Waits until the other one of the two is the primary.</summary>
    internal async Task AnotherPrimaryAsync()
    {
        var next = Backup;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (next.Ledger.Role != NodeRole.Primary) await Task.Delay(50, patience.Token);
        Primary = next;
    }

    /// <summary>Where a node is reached.</summary>
    internal Uri AddressOf(int node) => OptionsOf(node).Network!.Address;

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _owned) one.Dispose();
        foreach (var host in Enumerable.Reverse(_hosts)) await host.DisposeAsync();
        if (_etcd is not null) await _etcd.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal string DataOf(int node) => Path.Combine(_directory, $"node{node}");

    /// <summary>A node's own certificate with its key, as it shows it to others.</summary>
    internal X509Certificate2 NodeCertificate(int node, string? certificate = null)
    {
        using var key = NodeKey(node);
        using var shown = X509CertificateLoader.LoadCertificateFromFile(certificate ?? Path.Combine(DataOf(node), "node_cert.pem"));
        return LedgerHomeBuilder.ForTls(key, shown);
    }

    /// <summary>A node's own key, out of its sealed file.</summary>
    internal SigningKey NodeKey(int node) => SigningKey.FromPem(System.Text.Encoding.ASCII.GetString(Secret(node, "node.pem")));

    /// <summary>What is in a node's sealed file.</summary>
    internal byte[] Secret(int node, string name)
    {
        var keys = Path.Combine(DataOf(node), "keys");
        using var seal = KeySeals.OfKeyFile(keys, new SealWay.KeyFile(), mayMake: false);
        return new SecretFile(seal).Read(Path.Combine(keys, name));
    }

    internal Caller CallerAt(LedgerHost host, X509Certificate2? certificate)
    {
        var caller = new Caller(host.LedgerUri, Service, certificate);
        _owned.Add(caller);
        return caller;
    }

    /// <summary>Joins, where wanted with an administrator who trusts the node as soon as it waits.</summary>
    /// <returns>The node's id.</returns>
    internal async Task<string> JoinAsync(int node, Uri address, bool trusts, Uri? from = null)
    {
        var waits = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var joining = NodeJoin.RunAsync(
            new NodeJoinOptions
            {
                DataDirectory = DataOf(node),
                From = from ?? First.LedgerUri,
                ServiceCertificateFile = ServiceCertificateFile,
                Address = address,
                Platform = new PlatformOptions { AllowsVirtual = true },
                Waits = id => waits.TrySetResult(id),
            },
            TimeProvider.System, stop.Token);
        await Task.WhenAny(joining, waits.Task);
        if (joining.IsFaulted) await joining;
        var id = await waits.Task;
        if (trusts)
        {
            (await AtPrimary.SendAsync("PATCH", PathOf(id), """{"status":"Trusted"}""")).AssertOk();
            await joining;
        }
        else
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joining);
        }
        return id;
    }

    internal static string PathOf(string nodeId) => $"/app/nodes/{nodeId}?api-version=2026-07-31-preview";

    internal static Uri FreeAddress() => new($"https://127.0.0.1:{FreePorts.Take(1)[0]}");

    private LedgerHostOptions OptionsOf(int node)
    {
        if (_options.TryGetValue(node, out var known)) return known;
        var address = FreeAddress();
        return _options[node] = new LedgerHostOptions
        {
            DataDirectory = DataOf(node),
            // The others are told by the network.
            LedgerId = node == 0 ? "test-network" : null,
            Port = address.Port,
            IdentityPort = 0,
            ChunkBytes = 20_000,
            TokenKeyPause = TimeSpan.FromSeconds(1),
            SnapshotEntries = 100,
            StopsOnSignals = false,
            Platform = new PlatformOptions { AllowsVirtual = true, Anchors = ImitatedProcessor.Shared.Anchors },
            Network = new NodeNetworkOptions
            {
                EtcdEndpoints = _etcd!.Addresses,
                Address = address,
                // Nobody waits here for a lease to lapse; a busy machine is no reason to elect another primary.
                Lease = TimeSpan.FromSeconds(30),
            },
        };
    }
}
