using System.Text;
using Stele.Etcd;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;
using Stele.Replication.Network;
using Stele.Tests.Etcd;

namespace Stele.Replication.Tests.Network;

/// <summary>An etcd that is full: of this ledger's batches, of others', and what is counted whose.</summary>
public sealed class FullStoreTests
{
    private const int QuotaBytes = 8 << 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ledger_that_has_filled_etcd_makes_room_by_itself()
    {
        await using var etcd = await EtcdCluster.StartAsync(new EtcdClusterOptions { QuotaBytes = QuotaBytes });
        await using var network = new TestNetwork(etcd, nodes: 3);
        await network.FoundAsync();
        await network.AgreeAsync();
        await network.Nodes[2].StopAsync();
        for (var i = 0; i < 40; i++) await network.PutAsync($"key {i}", new string('x', 400_000), untilCommitted: false);
        using var client = network.Client();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await client.AlarmsAsync(patience.Token)).Count > 0) await Task.Delay(50, patience.Token);
        network.Nodes[2].Start();
        await network.AgreeAsync();
    }

    [Fact]
    public async Task Where_nobody_can_be_elected_for_want_of_space_the_node_that_brings_a_majority_makes_room()
    {
        await using var etcd = await EtcdCluster.StartAsync(new EtcdClusterOptions { QuotaBytes = QuotaBytes });
        await using var network = new TestNetwork(etcd, nodes: 2);
        await network.FoundAsync();
        await network.AgreeAsync();
        var (here, away) = (network.Nodes[0], network.Nodes[1]);
        await away.StopAsync();
        await FillAsync(network);
        var trouble = await here.WhenInAsync(TroubleKind.StoreFull);
        Assert.Contains("etcdctl alarm disarm", trouble!.Reason, StringComparison.Ordinal);
        var refusal = await Assert.ThrowsAsync<LedgerUnavailableException>(
            () => here.Ledger!.SubmitAsync(new Retire(away.Key.KeyId), untilCommitted: true));
        Assert.Contains("no space left", refusal.Message, StringComparison.Ordinal);

        away.Start();
        await network.PutAsync("after", "all");
        await network.AgreeAsync();
        await here.WhenInAsync(null);
    }

    [Fact]
    public async Task Of_what_others_have_filled_it_says_so_once_and_goes_on_when_an_operator_has_made_room()
    {
        await using var etcd = await EtcdCluster.StartAsync(new EtcdClusterOptions { QuotaBytes = QuotaBytes });
        await using var network = new TestNetwork(etcd, nodes: 1);
        await network.FoundAsync();
        var node = network.Nodes[0];
        using var client = network.Client();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (; node.Ledger!.Trouble is null; await Task.Delay(50, patience.Token)) await PutJunkAsync(client, count: 1);
        var trouble = await node.WhenInAsync(TroubleKind.StoreFull);
        Assert.Contains("Delete what else is there", trouble!.Reason, StringComparison.Ordinal);

        var deleted = await client.DeleteRangeAsync(KeyRange.Prefix("junk/"u8.ToArray()), Cancel);
        await TestNetwork.CompactAsync(client, deleted.Revision);
        await client.DefragmentAsync(client.Endpoints[0], TimeSpan.FromSeconds(60), Cancel);
        foreach (var alarm in await client.AlarmsAsync(Cancel)) await client.DisarmAsync(alarm, Cancel);
        await network.PutAsync("after", "all");
        await node.WhenInAsync(null);
        Assert.Single(node.Troubles.OfType<NetworkTrouble>(), one => one.Kind == TroubleKind.StoreFull);
    }

    [Fact]
    public async Task What_others_hold_does_not_count_against_this_ledgers_bound_but_against_that_of_all()
    {
        const int Bound = 3_000_000;
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 1) { StoreBytesMax = Bound };
        await network.FoundAsync();
        using var client = network.Client();
        await PutJunkAsync(client, count: 5);
        for (var i = 0; i < 20; i++) await network.PutAsync($"key {i}", new string('x', 200_000), untilCommitted: false);
        Assert.Null(network.Nodes[0].Ledger!.Trouble);

        await PutJunkAsync(client, count: 14);
        var trouble = await network.Nodes[0].WhenInAsync(TroubleKind.StoreFull);
        Assert.Contains("in all", trouble!.Reason, StringComparison.Ordinal);
        await client.DeleteRangeAsync(KeyRange.Prefix("junk/"u8.ToArray()), Cancel);
        await CompactAsync(client);
        await network.PutAsync("after", "all");
    }

    [Fact]
    public async Task Batches_that_stood_there_before_an_election_count_too()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2) { StoreBytesMax = 3_000_000 };
        await network.FoundAsync();
        await network.AgreeAsync();
        var (here, away) = (network.Nodes[0], network.Nodes[1]);
        await away.StopAsync();
        for (var i = 0; i < 5; i++) await network.PutAsync($"key {i}", new string('x', 500_000), untilCommitted: false);
        await here.StopAsync();
        here.Start();
        await network.PutAsync("one", new string('x', 600_000), untilCommitted: false);
        var trouble = await here.WhenInAsync(TroubleKind.StoreFull);
        Assert.Contains("of this ledger", trouble!.Reason, StringComparison.Ordinal);
        Assert.Contains("retire them", trouble.Reason, StringComparison.Ordinal);
        away.Start();
        await network.PutAsync("after", "all");
    }

    private static async Task FillAsync(TestNetwork network)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var primary = await network.PrimaryAsync();
                await primary.Ledger!.SubmitAsync(new Put($"key {i}", new string('x', 1_000_000)), untilCommitted: false);
            }
        }
        catch (LedgerUnavailableException)
        {
            // As it should be.
        }
    }

    private static async Task PutJunkAsync(EtcdClient client, int count)
    {
        try
        {
            for (var i = 0; i < count; i++)
                await client.PutAsync(
                    new EtcdOperation.Put(Encoding.ASCII.GetBytes($"junk/{Guid.NewGuid()}"), new byte[1_000_000]), Cancel);
        }
        catch (EtcdException full) when (full.Error == EtcdError.NoSpace)
        {
            // As full as it can be.
        }
    }

    private static async Task CompactAsync(EtcdClient client)
    {
        var revision = (await client.PutAsync(new EtcdOperation.Put("junk"u8.ToArray(), new byte[1]), Cancel)).Revision;
        await TestNetwork.CompactAsync(client, revision);
        await client.PutAsync(new EtcdOperation.Put("junk"u8.ToArray(), new byte[1]), Cancel);
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
