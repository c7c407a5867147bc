using Stele.Nemesis.Network;

namespace Stele.Nemesis.Faults;

/// <summary>What befalls nodes.</summary>
internal static class NodeFaults
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Fault> All =
    [
        new("kill -9 of the primary", async (network, random) => await KillAsync(await network.PrimaryAsync(), random)),
        new("kill -9 of a backup", async (network, random) => await KillAsync(await BackupAsync(network, random), random)),
        new("kill -9 of the primary, and again while it starts",
            async (network, random) => await KillTwiceAsync(await network.PrimaryAsync(), random)),
        new("the primary paused beyond its lease",
            async (network, random) => await PauseAsync(network, await network.PrimaryAsync(), random)),
        new("a backup paused", async (network, random) => await PauseAsync(network, await BackupAsync(network, random), random)),
        new("all nodes restarted in turn", async (network, _) =>
        {
            foreach (var node in network.Nodes)
                await RestartAsync(node);
        }),
        new("the primary restarted", async (network, _) => await RestartAsync(await network.PrimaryAsync())),
    ];

    /// <summary>A node that is not the primary.</summary>
    public static async Task<SteleNode> BackupAsync(LedgerNetwork network, Random random)
    {
        var primary = await network.PrimaryAsync();
        SteleNode[] backups = [.. network.Nodes.Where(node => node != primary)];
        return backups[random.Next(backups.Length)];
    }

    private static async Task KillAsync(SteleNode node, Random random)
    {
        await node.KillAsync();
        await Task.Delay(Fault.Between(random, 0, 5));
        node.Launch();
        await node.ReadyAsync();
    }

    private static async Task KillTwiceAsync(SteleNode node, Random random)
    {
        await node.KillAsync();
        node.Launch();
        await Task.Delay(Fault.Between(random, 0.2, 4));
        await KillAsync(node, random);
    }

    private static async Task PauseAsync(LedgerNetwork network, SteleNode node, Random random)
    {
        await node.PauseAsync();
        await Task.Delay(network.Lease + Fault.Between(random, 0.5, 4));
        await node.ResumeAsync();
    }

    private static async Task RestartAsync(SteleNode node)
    {
        if (await node.StopAsync() is not 0 and var code)
            throw new InvalidOperationException($"Node {node.Number} was asked to end and ended with {code}.");
        node.Launch();
        await node.ReadyAsync();
    }
}
