using Stele.Nemesis.Ground;
using Stele.Nemesis.Network;
using Stele.Tests.Etcd;

namespace Stele.Nemesis.Faults;

/// <summary>What proxies can do to the ways between processes.</summary>
internal static class ProxyFaults
{
    /// <summary>To a node's ways.</summary>
    public static IReadOnlyList<Fault> OfNodes(ProxiedLoopback ground) =>
    [
        new("the primary's way to etcd loses everything", async (network, random) =>
            await CloseAsync(network, (await PrimaryAsync(ground, network)).Etcd, ProxyMode.Swallow, random)),
        new("the primary's way to etcd delivers late", async (network, random) =>
            await CloseAsync(network, (await PrimaryAsync(ground, network)).Etcd, ProxyMode.Hold, random)),
        new("the primary's way to etcd refuses", async (network, random) =>
        {
            var ways = (await PrimaryAsync(ground, network)).Etcd;
            foreach (var way in ways)
                way.Mode = ProxyMode.Refuse;
            Cut(ways);
            await CloseAsync(network, ways, ProxyMode.Refuse, random);
        }),
        new("the primary's connections to etcd are cut again and again", async (network, random) =>
        {
            var ways = (await PrimaryAsync(ground, network)).Etcd;
            for (var i = 0; i < 10; i++)
            {
                Cut(ways);
                await Task.Delay(Fault.Between(random, 0, 0.3));
            }
        }),
        new("the primary cannot be reached by anybody, nor reach etcd", async (network, random) =>
            await CloseAsync(network, (await PrimaryAsync(ground, network)).All, ProxyMode.Swallow, random)),
        new("a backup cannot be reached by anybody, nor reach etcd", async (network, random) =>
        {
            var backup = await NodeFaults.BackupAsync(network, random);
            await CloseAsync(network, ground.WaysOf(backup.Number).All, ProxyMode.Swallow, random);
        }),
        new("the primary cannot be reached by other nodes", async (network, random) =>
            await CloseAsync(network, [(await PrimaryAsync(ground, network)).Peers], ProxyMode.Swallow, random)),
        new("what other nodes send the primary arrives late", async (network, random) =>
            await CloseAsync(network, [(await PrimaryAsync(ground, network)).Peers], ProxyMode.Hold, random)),
        new("connections of clients and nodes are cut", (network, _) =>
        {
            Cut(network.Nodes.Select(node => ground.WaysOf(node.Number)).SelectMany(ways => (FaultyProxy[])[ways.Peers, ways.Clients]));
            return Task.CompletedTask;
        }),
    ];

    /// <summary>To the ways of etcd's members.</summary>
    public static IReadOnlyList<Fault> OfEtcd(ProxiedLoopback ground) =>
    [
        new("the other members cannot reach etcd's leader", async (network, random) =>
            await CutOffAsync(network, ground, await network.Etcd.LeaderAsync(), random)),
        new("the other members cannot reach a follower in etcd", async (network, random) =>
            await CutOffAsync(network, ground, await network.Etcd.FollowerAsync(), random)),
    ];

    private static async Task CutOffAsync(LedgerNetwork network, ProxiedLoopback ground, EtcdMember member, Random random)
    {
        var way = ground.WayTo(member);
        way.Mode = ProxyMode.Swallow;
        await Task.Delay(Fault.Between(random, 1, 6));
        way.Heal();
        await network.Etcd.HealthyAsync(member);
    }

    private static async Task<NodeWays> PrimaryAsync(ProxiedLoopback ground, LedgerNetwork network) =>
        ground.WaysOf((await network.PrimaryAsync()).Number);

    private static void Cut(IEnumerable<FaultyProxy> ways)
    {
        foreach (var way in ways)
            way.Cut();
    }

    // Now and then it is over before anybody can notice.
    private static async Task CloseAsync(LedgerNetwork network, IReadOnlyList<FaultyProxy> ways, ProxyMode mode, Random random)
    {
        foreach (var way in ways)
            way.Mode = mode;
        await Task.Delay(Fault.Between(random, 0.3, network.Lease.TotalSeconds * 2.5));
        foreach (var way in ways)
            way.Heal();
    }
}
