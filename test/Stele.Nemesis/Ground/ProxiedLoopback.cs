using Stele.Nemesis.Faults;
using Stele.Tests.Etcd;

namespace Stele.Nemesis.Ground;

/// <summary>Everything on 127.0.0.1, with a proxy on every way to, from and between the processes: needs no rights.</summary>
internal sealed class ProxiedLoopback : IGround
{
    private readonly Dictionary<int, NodeWays> _nodes = [];
    private EtcdCluster? _etcd;

    /// <inheritdoc/>
    public IReadOnlyList<Fault> NodeFaults => ProxyFaults.OfNodes(this);

    /// <inheritdoc/>
    public IReadOnlyList<Fault> EtcdFaults => ProxyFaults.OfEtcd(this);

    /// <summary>A node's ways.</summary>
    public NodeWays WaysOf(int node) => _nodes[node];

    /// <summary>What lies in front of a member of etcd for the other members.</summary>
    public FaultyProxy WayTo(EtcdMember member) => _etcd!.PeerWays[_etcd.Members.ToList().IndexOf(member)];

    /// <inheritdoc/>
    public async Task<EtcdCluster> StartEtcdAsync() =>
        _etcd = await EtcdCluster.StartAsync(new EtcdClusterOptions { Members = 3, PeersThroughProxies = true });

    /// <inheritdoc/>
    public NodePlace Place(int node)
    {
        var ports = FreePorts.Take(2);
        var ways = new NodeWays(
            new FaultyProxy(ports[0]), new FaultyProxy(ports[0]), [.. _etcd!.Addresses.Select(address => new FaultyProxy(address.Port))]);
        _nodes[node] = ways;
        return new NodePlace
        {
            Listen = "127.0.0.1",
            Port = ports[0],
            IdentityPort = ports[1],
            ForClients = new Uri($"https://127.0.0.1:{ways.Clients.Port}"),
            ForPeers = new Uri($"https://127.0.0.1:{ways.Peers.Port}"),
            Etcd = [.. ways.Etcd.Select(way => new Uri($"http://127.0.0.1:{way.Port}"))],
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var way in _nodes.Values.SelectMany(ways => ways.All))
            await way.DisposeAsync();
    }
}

/// <summary>The proxies of a node.</summary>
/// <param name="Clients">What lies between it and its clients.</param>
/// <param name="Peers">What lies in front of it for the other nodes.</param>
/// <param name="Etcd">What lies between it and each member of etcd.</param>
internal sealed record NodeWays(FaultyProxy Clients, FaultyProxy Peers, IReadOnlyList<FaultyProxy> Etcd)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<FaultyProxy> All => [Clients, Peers, .. Etcd];
}
