using Stele.Nemesis.Network;
using Stele.Tests.Etcd;

namespace Stele.Nemesis.Faults;

/// <summary>What befalls etcd, a minority of it at a time.</summary>
internal static class EtcdFaults
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Fault> All =
    [
        new("kill -9 of etcd's leader", async (network, random) => await KillAsync(network, await network.Etcd.LeaderAsync(), random)),
        new("kill -9 of a follower in etcd", async (network, random) =>
            await KillAsync(network, await network.Etcd.FollowerAsync(), random)),
        new("etcd's leader paused", async (network, random) => await PauseAsync(network, await network.Etcd.LeaderAsync(), random)),
        new("a follower in etcd paused", async (network, random) =>
            await PauseAsync(network, await network.Etcd.FollowerAsync(), random)),
    ];

    private static async Task KillAsync(LedgerNetwork network, EtcdMember member, Random random)
    {
        await member.KillAsync();
        await Task.Delay(Fault.Between(random, 0, 6));
        await network.Etcd.RestartAsync(member);
    }

    private static async Task PauseAsync(LedgerNetwork network, EtcdMember member, Random random)
    {
        await member.PauseAsync();
        await Task.Delay(network.Lease + Fault.Between(random, 0, 3));
        await member.ResumeAsync();
        await network.Etcd.HealthyAsync(member);
    }
}
