using Stele.Etcd;
using Stele.Replication.Network;
using Stele.Tests.Etcd;

namespace Stele.Replication.Tests.Network;

/// <summary>Nodes that etcd orders: they agree, and go on without any one of them.</summary>
public sealed class NetworkTests
{
    [Fact]
    public async Task What_one_node_writes_all_nodes_have_and_every_file_is_the_same()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 3);
        await network.FoundAsync();
        for (var i = 0; i < 300; i++) await network.PutAsync($"key {i}", new string('x', 1000), untilCommitted: i % 10 == 0);
        await network.AgreeAsync();
        await network.StopAsync();
        network.HaveSameFiles();
    }

    [Fact]
    public async Task When_the_primary_stops_another_goes_on_in_a_later_view_and_nothing_committed_is_lost()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 3);
        await network.FoundAsync();
        var before = await network.PutAsync("before", "1");
        await network.AgreeAsync();
        var first = await network.PrimaryAsync();
        await first.StopAsync();
        var after = await network.PutAsync("after", "2");
        Assert.True(after.View > before.View);
        first.Start();
        await network.AgreeAsync();
        Assert.All(network.Nodes, node =>
        {
            Assert.Equal(TransactionStatus.Committed, node.Ledger!.StatusOf(before));
            Assert.Equal(TransactionStatus.Committed, node.Ledger.StatusOf(after));
            Assert.Equal(TransactionStatus.Invalid, node.Ledger.StatusOf(new TransactionId(before.View, after.SeqNo)));
        });
    }

    [Fact]
    public async Task Under_load_and_with_primaries_cut_off_from_etcd_nothing_that_was_answered_is_lost_or_changed()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 3) { Lease = TestNetwork.BriefLease };
        await network.FoundAsync();
        using var load = network.Load(writers: 8);
        for (var round = 0; round < 3; round++)
        {
            await load.MoreAsync(50);
            var primary = await network.PrimaryAsync();
            primary.Way.Mode = ProxyMode.Swallow;
            primary.Way.Cut();
            await network.AnotherPrimaryThanAsync(primary);
            primary.Way.Mode = ProxyMode.Forward;
        }
        await load.CheckAsync();
    }

    [Fact]
    public async Task A_node_that_was_away_for_longer_than_etcd_remembers_takes_the_rest_from_a_peer()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 3) { StoreBytesMax = 3_000_000 };
        await network.FoundAsync();
        await network.AgreeAsync();
        var away = network.Nodes.First(node => node.Ledger!.Role == NodeRole.Backup);
        await away.StopAsync();
        for (var i = 0; i < 400; i++) await network.PutAsync($"key {i}", new string('x', 20_000), untilCommitted: false);
        using var client = network.Client();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await client.StatusAsync(client.Endpoints[0], patience.Token)).DatabaseBytesInUse > 2_500_000)
            await Task.Delay(50, patience.Token);
        away.Start();
        await network.AgreeAsync();
        Assert.Contains(network.Nodes, node => node != away && node.Asked > 0);
        await network.StopAsync();
        network.HaveSameFiles();
    }

    [Fact]
    public async Task A_node_whose_last_bytes_went_with_the_power_goes_on_in_the_middle_of_a_batch()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2) { ChunkBytes = 5_000_000 };
        await network.FoundAsync();
        var backup = network.Nodes[1];
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => network.PutAsync($"key {i}", $"{i}")));
        await network.AgreeAsync();
        File.Copy(Path.Combine(backup.Directory, "head"), Path.Combine(backup.Directory, "head.kept"));
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => network.PutAsync($"more {i}", $"{i}")));
        await network.AgreeAsync();
        await backup.StopAsync();
        File.Move(Path.Combine(backup.Directory, "head.kept"), Path.Combine(backup.Directory, "head"), overwrite: true);
        var open = Directory.GetFiles(Path.Combine(backup.Directory, "ledger"))
            .Single(path => !path.EndsWith(".committed", StringComparison.Ordinal));
        using (var file = File.Open(open, FileMode.Open)) file.SetLength(file.Length - 12_345);
        backup.Start();
        await network.AgreeAsync();
        await network.StopAsync();
        network.HaveSameFiles();
    }

    [Fact]
    public async Task Entries_as_large_as_etcd_takes_a_request_are_ordered_one_by_one()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2);
        await network.FoundAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => network.PutAsync($"key {i}", new string('x', 1 << 20))));
        await network.AgreeAsync();
        await network.StopAsync();
        network.HaveSameFiles();
    }

    [Fact]
    public async Task Another_etcd_is_not_taken_for_the_one_that_ordered_the_ledger()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var other = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 1);
        await network.FoundAsync();
        var id = await network.PutAsync("key", "1");
        var node = network.Nodes[0];
        await node.StopAsync();

        node.Start(other.ClientOptions());
        Assert.Contains("it is another etcd", await node.WhenStoppedAsync(), StringComparison.Ordinal);
        Assert.Equal(TransactionStatus.Committed, node.Ledger!.StatusOf(id));
        await node.StopAsync();

        node.Start(other.ClientOptions(), options => options with { BeginsStore = true });
        var next = await network.PutAsync("key", "2");
        Assert.True(next.View > id.View);
    }

    [Fact]
    public async Task What_no_node_has_written_into_etcd_stops_those_who_find_it()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2);
        await network.FoundAsync();
        await network.PutAsync("key", "1");
        await network.AgreeAsync();
        var (primary, backup) = (network.Nodes[0], network.Nodes[1]);
        using var client = network.Client();
        var keys = new StoreKeys("network");
        var tail = new StoreTail(backup.Ledger!.Position.SeqNo.Next, default);
        var forged = SealedBatch.Seal(tail, [primary.Ledger!.EntryBytes(SeqNo.First)!], new byte[32]);
        await client.PutAsync(
            new EtcdOperation.Put(keys.Batch(backup.Ledger.Position.SeqNo.Next), forged), TestContext.Current.CancellationToken);
        Assert.Contains("not sealed by a node", await backup.WhenStoppedAsync(), StringComparison.Ordinal);
    }
}
