using Stele.Tests.Etcd;

namespace Stele.Replication.Tests.Network;

/// <summary>A node that is new, or was away for long, copies ledger files and a snapshot from peers, and follows from there.</summary>
public sealed class PeerCopyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_node_copies_closed_files_and_a_snapshot_and_reads_only_what_is_behind_it()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = await FilledAsync(etcd);
        var node = network.Nodes[2];
        await node.StartCopiedAsync(Cancel);
        Assert.True(node.Ledger!.Start.Snapshot > SeqNo.None, "It starts from no snapshot.");
        Assert.True(node.Ledger.Start.Snapshot.Value + node.Ledger.Start.Entries > 300, "It has copied too little.");
        await network.AgreeAsync();
        Assert.Equal("value 7", network.RecordAt(node, network.Written[7]));
        Assert.NotNull(node.Ledger.ReceiptOf(node.Ledger.Read(network.Written[7].SeqNo)!));
        await EndAsync(network);
    }

    [Fact]
    public async Task A_file_that_is_damaged_or_forged_is_refused_by_name_and_another_peer_is_asked()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = await FilledAsync(etcd);
        var (liar, node) = (network.Nodes[0], network.Nodes[2]);
        node.FirstAsked = liar;
        foreach (var damage in new[] { "a bit of an entry", "the positions table", "the end", "an older file", "a snapshot" })
        {
            await node.EraseAsync();
            var bad = damage == "a snapshot"
                ? Directory.GetFiles(Path.Combine(liar.Directory, "snapshots"))
                : [liar.Ledger!.ClosedFiles[3].Path];
            liar.GivesFile = (name, bytes) => bad.Any(path => Path.GetFileName(path) == name) ? Damaged(liar, damage, bytes) : bytes;
            await node.StartCopiedAsync(Cancel);
            Assert.Contains(node.Told, told => told.Contains(liar.Name, StringComparison.Ordinal)
                && bad.Any(path => told.Contains(Path.GetFileName(path), StringComparison.Ordinal)));
            Assert.True(node.Ledger!.Start.Snapshot > SeqNo.None, "It starts from no snapshot.");
        }
        await network.AgreeAsync();
        await EndAsync(network);
    }

    [Fact]
    public async Task An_interrupted_copy_is_no_ledger_and_is_gone_on_with()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = await FilledAsync(etcd);
        var (peer, node) = (network.Nodes[0], network.Nodes[2]);
        node.FirstAsked = peer;
        var last = Path.GetFileName(peer.Ledger!.ClosedFiles[4].Path);
        using var kill = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        foreach (var one in network.Nodes)
            one.GivesFile = (name, bytes) =>
            {
                if (name != last) return bytes;
                kill.Cancel();
                return bytes[..(bytes.Length / 2)];
            };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => node.StartCopiedAsync(kill.Token));
        Assert.False(Directory.Exists(Path.Combine(node.Directory, "ledger")));
        // What a kill leaves of the file that was on its way.
        var part = Path.Combine(node.Directory, "incoming", last + ".part");
        var half = await File.ReadAllBytesAsync(peer.Ledger.ClosedFiles[4].Path, Cancel);
        await File.WriteAllBytesAsync(part, half[..1000], Cancel);

        foreach (var one in network.Nodes)
        {
            one.GivesFile = (_, bytes) => bytes;
            one.FilesRead.Clear();
        }
        await node.StartCopiedAsync(Cancel);
        Assert.Equal((last, 1000), peer.FilesRead.First());
        Assert.False(Directory.Exists(Path.Combine(node.Directory, "incoming")));
        await network.AgreeAsync();
        await EndAsync(network);
    }

    [Fact]
    public async Task A_node_that_was_away_for_long_copies_what_it_lacks()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = await FilledAsync(etcd, all: true);
        var node = network.Nodes.First(one => one.Ledger!.Role == Replication.Network.NodeRole.Backup);
        await node.StopAsync();
        var had = Directory.GetFiles(Path.Combine(node.Directory, "ledger"), "*.committed").Select(Path.GetFileName).ToHashSet();
        await network.FillAsync(300);
        await SnapshotTests.SnapshotsAsync([.. network.Running], newerThan: node.LastSeen);
        foreach (var one in network.Nodes) one.FilesRead.Clear();
        await node.StartCopiedAsync(Cancel);
        var read = network.Nodes.SelectMany(one => one.FilesRead).Select(file => file.Name).ToList();
        Assert.NotEmpty(read);
        Assert.DoesNotContain(read, had.Contains);
        Assert.True(node.Ledger!.Start.Snapshot > node.LastSeen, "It starts from no newer snapshot.");
        await network.AgreeAsync();
        await EndAsync(network);
    }

    private static byte[] Damaged(TestNode node, string damage, byte[] bytes)
    {
        switch (damage)
        {
            case "the positions table":
                bytes[^3] ^= 1;
                return bytes;
            case "the end":
                Array.Clear(bytes, bytes.Length - 2000, 2000);
                return bytes;
            case "an older file":
                var older = File.ReadAllBytes(node.Ledger!.ClosedFiles[2].Path);
                Array.Resize(ref older, bytes.Length);
                return older;
            default:
                bytes[bytes.Length / 2] ^= 1;
                return bytes;
        }
    }

    // Two nodes that have written enough for snapshots, and a third that has not begun.
    private static async Task<TestNetwork> FilledAsync(EtcdCluster etcd, bool all = false)
    {
        var network = new TestNetwork(etcd, nodes: 3) { SnapshotEntries = 100, ChunkBytes = 20_000 };
        await network.FoundAsync(all ? 3 : 2);
        // Signed in between, so that there are as many snapshots as are kept, however many entries a signature covers.
        for (var part = 0; part < 4; part++)
        {
            await network.FillAsync(network.SnapshotEntries);
            await network.AgreeAsync();
        }
        await SnapshotTests.SnapshotsAsync([.. network.Running]);
        return network;
    }

    private static async Task EndAsync(TestNetwork network)
    {
        await network.StopAsync();
        network.HaveSameFiles();
    }
}
