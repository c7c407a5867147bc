using Stele.Ledger.Snapshots;
using Stele.Tests.Etcd;

namespace Stele.Replication.Tests.Network;

/// <summary>Snapshots on every node, and what a node does with them that is new or was away for long.</summary>
public sealed class SnapshotTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_node_takes_the_same_snapshots_and_starts_from_them()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 3) { SnapshotEntries = 100 };
        await network.FoundAsync();
        await FillAsync(network);
        var names = await SnapshotsAsync(network.Nodes);
        foreach (var name in names)
            Assert.Single(network.Nodes.Select(node => Convert.ToHexString(Entry(node, name).Span)).Distinct());
        await network.StopAsync();
        foreach (var node in network.Nodes) node.Start();
        await network.AgreeAsync();
        Assert.All(network.Nodes, node => Assert.True(node.Ledger!.Start.Snapshot > SeqNo.None));
    }

    [Fact]
    public async Task A_snapshot_that_a_primary_has_recorded_and_not_lived_to_write_is_there_on_the_others()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2) { SnapshotEntries = 100 };
        await network.FoundAsync();
        var first = await network.PrimaryAsync();
        // Where its snapshots belong is a file: it writes none.
        await File.WriteAllTextAsync(Path.Combine(first.Directory, "snapshots"), "", Cancel);
        await FillAsync(network);
        await SnapshotsAsync([network.Nodes.Single(node => node != first)]);
    }

    // A snapshot is taken at a signature, and how many entries one covers is not for a test to say: so all is signed in between.
    private static async Task FillAsync(TestNetwork network)
    {
        for (var snapshot = 0; snapshot <= SnapshotDirectory.Kept; snapshot++)
        {
            await network.FillAsync(network.SnapshotEntries + 20);
            await network.AgreeAsync();
        }
    }

    /// <summary>The names of the snapshots of nodes, once all have the same, and as many as are kept.</summary>
    /// <param name="nodes">Which nodes.</param>
    /// <param name="newerThan">What the newest of them lies behind: those that were there before may be the same on all too.</param>
    internal static async Task<IReadOnlyList<string>> SnapshotsAsync(IReadOnlyList<TestNode> nodes, SeqNo newerThan = default)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var found = nodes.Select(Names).ToList();
            if (found[0].Count == SnapshotDirectory.Kept && found[0][0].SeqNo > newerThan && found.All(found[0].SequenceEqual))
                return [.. found[0].Select(name => name.ToString())];
            await Task.Delay(20, patience.Token);
        }
    }

    private static List<SnapshotName> Names(TestNode node) =>
        [.. new SnapshotDirectory(Path.Combine(node.Directory, "snapshots")).List().Snapshots.Select(one => one.Name)];

    private static ReadOnlyMemory<byte> Entry(TestNode node, string name) =>
        SnapshotFile.Parse(File.ReadAllBytes(Path.Combine(node.Directory, "snapshots", name))).Entry;
}
