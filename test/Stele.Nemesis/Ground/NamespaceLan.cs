using Stele.Nemesis.Faults;
using Stele.Tests.Etcd;

namespace Stele.Nemesis.Ground;

/// <summary>
/// A host with an address of its own for each process, all at one switch: network namespaces of Linux. What goes wrong here
/// goes wrong with packets, one way or both, and nobody is told. etcd asks for certificates, as it must off loopback. The
/// nemesis sits at the switch, in a namespace of its own.
/// </summary>
internal sealed class NamespaceLan : IGround
{
    private const int Members = 3;
    private const int Nodes = 3;
    private const string Switch = "switch";
    private const int NodePort = 8443;
    private const int IdentityPort = 8444;

    private readonly List<NamespaceHost> _etcd = [];
    private readonly List<NamespaceHost> _nodes = [];
    private EtcdCluster? _cluster;

    private NamespaceLan()
    {
    }

    /// <inheritdoc/>
    public IReadOnlyList<Fault> NodeFaults => LanFaults.OfNodes(this);

    /// <inheritdoc/>
    public IReadOnlyList<Fault> EtcdFaults => LanFaults.OfEtcd(this);

    /// <summary>The hosts of etcd's members.</summary>
    public IReadOnlyList<NamespaceHost> EtcdHosts => _etcd;

    /// <summary>The host of a member of etcd.</summary>
    public NamespaceHost HostOf(EtcdMember member) => _etcd[_cluster!.Members.ToList().IndexOf(member)];

    /// <summary>The host of a node.</summary>
    public NamespaceHost HostOf(int node) => _nodes[node];

    /// <summary>The hosts of the other nodes.</summary>
    public IEnumerable<NamespaceHost> HostsBeside(int node) => _nodes.Where((_, number) => number != node);

    /// <summary>Makes the switch and the hosts. To be called in a namespace of its own: see <see cref="LinuxNetwork.Apart"/>.</summary>
    public static async Task<NamespaceLan> CreateAsync()
    {
        await LinuxNetwork.RunAsync("ip", "link", "set", "lo", "up");
        await LinuxNetwork.RunAsync("ip", "link", "add", Switch, "type", "bridge");
        await LinuxNetwork.RunAsync("ip", "addr", "add", "10.87.0.254/24", "dev", Switch);
        await LinuxNetwork.RunAsync("ip", "link", "set", Switch, "up");
        var lan = new NamespaceLan();
        for (var i = 0; i < Members; i++)
            lan._etcd.Add(await NamespaceHost.CreateAsync(11 + i, Switch));
        for (var i = 0; i < Nodes; i++)
            lan._nodes.Add(await NamespaceHost.CreateAsync(21 + i, Switch));
        return lan;
    }

    /// <inheritdoc/>
    public async Task<EtcdCluster> StartEtcdAsync() => _cluster = await EtcdCluster.StartAsync(new EtcdClusterOptions
    {
        Members = Members,
        Tls = true,
        Hosts = [.. _etcd.Select(host => new EtcdHost(host.Address, host.Enter))],
    });

    /// <inheritdoc/>
    public NodePlace Place(int node)
    {
        var host = HostOf(node);
        var address = new Uri($"https://{host.Address}:{NodePort}");
        var certificates = _cluster!.Certificates!;
        return new NodePlace
        {
            Enter = host.Enter,
            Listen = host.Address,
            Port = NodePort,
            IdentityPort = IdentityPort,
            ForClients = address,
            ForPeers = address,
            Etcd = _cluster.Addresses,
            EtcdOptions =
            [
                "--etcd-ca", certificates.AuthorityFile, "--etcd-cert", certificates.ClientFile, "--etcd-key", certificates.ClientKeyFile,
            ],
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        foreach (var host in _etcd.Concat(_nodes))
            host.Dispose();
        return ValueTask.CompletedTask;
    }
}
