using System.Text;
using Stele.Etcd;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;
using Stele.Tests.Etcd;

namespace Stele.Replication.Tests.Network;

/// <summary>What etcd can do to a network of nodes.</summary>
public sealed class EtcdFaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Losing_members_one_after_the_other_and_the_leader_among_them_stops_nothing()
    {
        await using var etcd = await EtcdCluster.StartAsync(new EtcdClusterOptions { Members = 3 });
        await using var network = new TestNetwork(etcd, nodes: 3) { UsesAllMembers = true, Lease = TestNetwork.BriefLease };
        await network.FoundAsync();
        using var load = network.Load(writers: 4);
        for (var round = 0; round < 2; round++)
        {
            await load.MoreAsync(50);
            var leader = await etcd.LeaderAsync();
            await leader.KillAsync();
            await load.MoreAsync(50);
            await etcd.RestartAsync(leader);
        }
        await load.CheckAsync();
    }

    [Fact]
    public async Task A_member_that_sleeps_stops_nothing()
    {
        await using var etcd = await EtcdCluster.StartAsync(new EtcdClusterOptions { Members = 3 });
        await using var network = new TestNetwork(etcd, nodes: 2) { UsesAllMembers = true, Lease = TestNetwork.BriefLease };
        await network.FoundAsync();
        using var load = network.Load(writers: 4);
        await load.MoreAsync(50);
        var leader = await etcd.LeaderAsync();
        await leader.PauseAsync();
        await load.MoreAsync(50);
        await leader.ResumeAsync();
        await load.MoreAsync(50);
        await load.CheckAsync();
    }

    [Fact]
    public async Task An_etcd_without_space_takes_nothing_and_loses_nothing_and_goes_on_when_it_has_some()
    {
        await using var etcd = await EtcdCluster.StartAsync(new EtcdClusterOptions { QuotaBytes = 16 << 20 });
        await using var network = new TestNetwork(etcd, nodes: 2);
        await network.FoundAsync();
        using var load = network.Load(writers: 2);
        await load.MoreAsync(20);
        using var client = network.Client();
        await FillAsync(client);
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        var deleted = await client.DeleteRangeAsync(KeyRange.Prefix("junk/"u8.ToArray()), Cancel);
        await TestNetwork.CompactAsync(client, deleted.Revision);
        await client.DefragmentAsync(client.Endpoints[0], TimeSpan.FromSeconds(60), Cancel);
        foreach (var alarm in await client.AlarmsAsync(Cancel)) await client.DisarmAsync(alarm, Cancel);
        await load.MoreAsync(20);
        await load.CheckAsync();
    }

    [Fact]
    public async Task A_slow_etcd_is_waited_for()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2);
        await network.FoundAsync();
        var primary = await network.PrimaryAsync();
        var view = (await network.PutAsync("before", "1")).View;
        primary.Way.DelayOfAnswers = TimeSpan.FromMilliseconds(300);
        for (var i = 0; i < 5; i++) Assert.Equal(view, (await network.PutAsync("slow", $"{i}")).View);
    }

    [Fact]
    public async Task A_watcher_that_hears_nothing_while_all_is_compacted_catches_up()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 3) { StoreBytesMax = 3_000_000 };
        await network.FoundAsync();
        await network.AgreeAsync();
        var deaf = network.Nodes[2];
        deaf.Way.Mode = ProxyMode.Swallow;
        for (var i = 0; i < 300; i++) await network.PutAsync($"key {i}", new string('x', 20_000), untilCommitted: false);
        deaf.Way.Mode = ProxyMode.Forward;
        deaf.Way.Cut();
        await network.AgreeAsync();
    }

    [Fact]
    public async Task A_node_that_was_retired_leads_no_more_and_the_others_go_on()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 3);
        await network.FoundAsync();
        await network.AgreeAsync();
        var retired = await network.PrimaryAsync();
        // It signs nothing behind this: the one after it does.
        var (retirement, _) = await retired.Ledger!.SubmitAsync(new Retire(retired.Key.KeyId), untilCommitted: false);
        await network.AnotherPrimaryThanAsync(retired);
        for (var i = 0; i < 20; i++) await network.PutAsync($"key {i}", "1");
        Assert.NotEqual(retired, await network.PrimaryAsync());
        await network.AgreeAsync();
        Assert.Equal(TransactionStatus.Committed, retired.Ledger.StatusOf(retirement));
    }

    private static async Task FillAsync(EtcdClient client)
    {
        try
        {
            for (var i = 0; ; i++)
                await client.PutAsync(new EtcdOperation.Put(Encoding.ASCII.GetBytes($"junk/{i}"), new byte[1 << 20]), Cancel);
        }
        catch (EtcdException full) when (full.Error == EtcdError.NoSpace)
        {
            // As it should be.
        }
    }

    private sealed class Retire(string nodeId) : ICommand<bool>
    {
        public bool Execute(Transaction transaction)
        {
            transaction.Put(TableNames.NodesInfo, Encoding.ASCII.GetBytes(nodeId), """{"status":"Retired"}"""u8.ToArray());
            return true;
        }
    }
}
