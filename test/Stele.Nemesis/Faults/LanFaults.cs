using Stele.Nemesis.Ground;
using Stele.Nemesis.Network;
using Stele.Tests.Etcd;

namespace Stele.Nemesis.Faults;

/// <summary>What can go wrong between hosts: cables, and packets that are lost one way or both.</summary>
internal static class LanFaults
{
    /// <summary>To nodes.</summary>
    public static IReadOnlyList<Fault> OfNodes(NamespaceLan lan) =>
    [
        new("the primary's cable is out", async (network, random) =>
            await UnplugAsync(network, lan.HostOf((await network.PrimaryAsync()).Number), random)),
        new("a backup's cable is out", async (network, random) =>
            await UnplugAsync(network, lan.HostOf((await NodeFaults.BackupAsync(network, random)).Number), random)),
        new("the primary and etcd lose what they send each other", async (network, random) =>
            await LoseAsync(network, BothWays([await PrimaryAsync(lan, network)], lan.EtcdHosts), random)),
        new("etcd does not hear the primary", async (network, random) =>
            await LoseAsync(network, OneWay([await PrimaryAsync(lan, network)], lan.EtcdHosts), random)),
        new("the primary does not hear etcd", async (network, random) =>
            await LoseAsync(network, OneWay(lan.EtcdHosts, [await PrimaryAsync(lan, network)]), random)),
        new("the primary hears one member of etcd only", async (network, random) =>
            await LoseAsync(network, BothWays([await PrimaryAsync(lan, network)], lan.EtcdHosts.Skip(1)), random)),
        new("the primary and the other nodes lose what they send each other", async (network, random) =>
        {
            var primary = (await network.PrimaryAsync()).Number;
            await LoseAsync(network, BothWays([lan.HostOf(primary)], lan.HostsBeside(primary)), random);
        }),
        new("a backup is alone with one member of etcd", async (network, random) =>
        {
            var backup = (await NodeFaults.BackupAsync(network, random)).Number;
            var others = lan.HostsBeside(backup).Concat(lan.EtcdHosts.Skip(1));
            await LoseAsync(network, BothWays([lan.HostOf(backup)], others), random);
        }),
        new("the primary is alone with one member of etcd, which the others do not hear either", async (network, random) =>
        {
            var primary = (await network.PrimaryAsync()).Number;
            NamespaceHost[] here = [lan.HostOf(primary), lan.EtcdHosts[0]];
            await LoseAsync(network, BothWays(here, lan.HostsBeside(primary).Concat(lan.EtcdHosts.Skip(1))), random);
        }),
    ];

    /// <summary>To members of etcd.</summary>
    public static IReadOnlyList<Fault> OfEtcd(NamespaceLan lan) =>
    [
        new("the cable of etcd's leader is out", async (network, random) =>
            await UnplugAsync(network, lan, await network.Etcd.LeaderAsync(), random)),
        new("the cable of a follower in etcd is out", async (network, random) =>
            await UnplugAsync(network, lan, await network.Etcd.FollowerAsync(), random)),
        new("the followers in etcd do not hear the leader", async (network, random) =>
        {
            var leader = lan.HostOf(await network.Etcd.LeaderAsync());
            await LoseAsync(network, OneWay([leader], lan.EtcdHosts.Where(host => host != leader)), random);
        }),
        new("etcd's leader does not hear the followers", async (network, random) =>
        {
            var leader = lan.HostOf(await network.Etcd.LeaderAsync());
            await LoseAsync(network, OneWay(lan.EtcdHosts.Where(host => host != leader), [leader]), random);
        }),
    ];

    private static async Task<NamespaceHost> PrimaryAsync(NamespaceLan lan, LedgerNetwork network) =>
        lan.HostOf((await network.PrimaryAsync()).Number);

    private static async Task UnplugAsync(LedgerNetwork network, NamespaceLan lan, EtcdMember member, Random random)
    {
        await UnplugAsync(network, lan.HostOf(member), random);
        await network.Etcd.HealthyAsync(member);
    }

    private static async Task UnplugAsync(LedgerNetwork network, NamespaceHost host, Random random)
    {
        await host.UnplugAsync();
        await AWhileAsync(network, random);
        await host.PlugAsync();
    }

    private static async Task LoseAsync(
        LedgerNetwork network, IReadOnlyList<(NamespaceHost From, NamespaceHost To)> ways, Random random)
    {
        foreach (var (from, to) in ways)
            await from.LoseAsync(to);
        await AWhileAsync(network, random);
        foreach (var (from, to) in ways)
            await from.FindAsync(to);
    }

    // Now and then it is over before anybody can notice.
    private static Task AWhileAsync(LedgerNetwork network, Random random) =>
        Task.Delay(Fault.Between(random, 0.3, network.Lease.TotalSeconds * 2.5));

    private static List<(NamespaceHost From, NamespaceHost To)> OneWay(IEnumerable<NamespaceHost> from, IEnumerable<NamespaceHost> to) =>
        [.. from.SelectMany(_ => to, (one, other) => (one, other))];

    private static List<(NamespaceHost From, NamespaceHost To)> BothWays(
        IReadOnlyList<NamespaceHost> here, IEnumerable<NamespaceHost> there) =>
        [.. OneWay(here, there), .. OneWay(there, here)];
}
