using Stele.Nemesis.Network;

namespace Stele.Nemesis.Faults;

/// <summary>Who cannot reach whom.</summary>
internal static class PartitionFaults
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Fault> All =
    [
        new("the primary's way to etcd loses everything", async (network, random) =>
            await CloseAsync(network, (await network.PrimaryAsync()).EtcdWays, ProxyMode.Swallow, random)),
        new("the primary's way to etcd delivers late", async (network, random) =>
            await CloseAsync(network, (await network.PrimaryAsync()).EtcdWays, ProxyMode.Hold, random)),
        new("the primary's way to etcd refuses", async (network, random) =>
        {
            var ways = (await network.PrimaryAsync()).EtcdWays;
            foreach (var way in ways)
                way.Mode = ProxyMode.Refuse;
            Cut(ways);
            await CloseAsync(network, ways, ProxyMode.Refuse, random);
        }),
        new("the primary's connections to etcd are cut again and again", async (network, random) =>
        {
            var ways = (await network.PrimaryAsync()).EtcdWays;
            for (var i = 0; i < 10; i++)
            {
                Cut(ways);
                await Task.Delay(Fault.Between(random, 0, 0.3));
            }
        }),
        new("the primary cannot be reached by anybody, nor reach etcd", async (network, random) =>
            await CloseAsync(network, Everything(await network.PrimaryAsync()), ProxyMode.Swallow, random)),
        new("a backup cannot be reached by anybody, nor reach etcd", async (network, random) =>
            await CloseAsync(network, Everything(await NodeFaults.BackupAsync(network, random)), ProxyMode.Swallow, random)),
        new("the primary cannot be reached by other nodes", async (network, random) =>
            await CloseAsync(network, [(await network.PrimaryAsync()).PeerWay], ProxyMode.Swallow, random)),
        new("what other nodes send the primary arrives late", async (network, random) =>
            await CloseAsync(network, [(await network.PrimaryAsync()).PeerWay], ProxyMode.Hold, random)),
        new("connections of clients and nodes are cut", (network, _) =>
        {
            Cut(network.Nodes.SelectMany(node => (FaultyProxy[])[node.PeerWay, node.ClientWay]));
            return Task.CompletedTask;
        }),
    ];

    private static IReadOnlyList<FaultyProxy> Everything(SteleNode node) => [node.ClientWay, node.PeerWay, .. node.EtcdWays];

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
