using Stele.Cryptography.Sealing;
using Stele.Etcd;
using Stele.Ledger.Secrets;
using Stele.Tests.Etcd;

namespace Stele.Replication.Tests.Network;

/// <summary>An etcd that is not the one that ordered the ledger: lost and made anew, or put back to a backup.</summary>
public sealed class StoreReplacedTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The node that was away knows nothing of what the backup lacks, and would go on from there.</summary>
    [Fact]
    public async Task An_etcd_put_back_from_a_backup_is_refused_until_the_longest_ledger_begins_it()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2) { Lease = TestNetwork.BriefLease };
        await network.FoundAsync();
        await network.PutAsync("key", "1");
        await network.AgreeAsync();
        var (here, away) = (network.Nodes[0], network.Nodes[1]);
        await away.StopAsync();
        var backup = await etcd.BackUpAsync();
        var last = await network.PutAsync("key", "after the backup");
        await here.StopAsync();
        await etcd.RestoreAsync(backup, token: "restored");

        away.Start();
        var why = await away.WhenStoppedAsync();
        Assert.True(why.Contains("another cluster", StringComparison.Ordinal), why);
        here.Start();
        why = await here.WhenStoppedAsync();
        Assert.True(why.Contains("another cluster", StringComparison.Ordinal), why);
        await away.StopAsync();
        away.Start(change: options => options with { BeginsStore = true });
        Assert.Contains("Another node's ledger is longer", await away.WhenStoppedAsync(), StringComparison.Ordinal);
        await away.StopAsync();
        await here.StopAsync();

        here.Start(change: options => options with { BeginsStore = true });
        var next = await network.PutAsync("key", "2");
        away.Start();
        await network.AgreeAsync();
        Assert.True(next.View > last.View);
        Assert.All(network.Nodes, node => Assert.Equal(TransactionStatus.Committed, node.Ledger!.StatusOf(last)));
        await here.StopAsync();
        here.Start();
        await network.PutAsync("key", "3");
        await network.AgreeAsync();
        await network.StopAsync();
        network.HaveSameFiles();
    }

    /// <summary>The power went right behind a rekey: the secret was kept, and the entry that gave it was not.</summary>
    [Fact]
    public async Task Who_begins_the_store_forgets_a_secret_that_its_ledger_has_not_got()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2) { Lease = TestNetwork.BriefLease };
        await network.FoundAsync();
        await network.AgreeAsync();
        await network.StopAsync();
        // One that leads writes when it begins to: who stopped last has the longest ledger.
        var here = network.Nodes.MaxBy(node => node.LastSeen)!;
        var other = network.Nodes.Single(node => node != here);
        await etcd.RestoreAsync(await etcd.BackUpAsync(), token: "restored");
        var ahead = new SeqNo(here.LastSeen.Value + 5);
        here.Secrets = new SecretKeeper(new LedgerSecrets(network.Secret).With(ahead, LedgerSecret.Generate()));
        here.Start(change: options => options with { BeginsStore = true });
        await network.FillAsync(20);
        Assert.Single(here.Secrets.Known.All);
        other.Start();
        await network.AgreeAsync();
        foreach (var id in network.Written) Assert.Equal(network.RecordAt(other, id), network.RecordAt(here, id));
        // It follows with what it knows now.
        here.Way.Mode = ProxyMode.Swallow;
        here.Way.Cut();
        await network.AnotherPrimaryThanAsync(here);
        here.Way.Heal();
        await network.FillAsync(20);
        await network.AgreeAsync();
    }

    /// <summary>The same cluster by its id, and no entry is missing; what only revisions tell.</summary>
    [Fact]
    public async Task An_etcd_whose_revision_has_gone_back_is_refused()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2);
        await network.FoundAsync();
        await network.AgreeAsync();
        var (here, other) = (network.Nodes[0], network.Nodes[1]);
        await here.StopAsync();
        await network.PutAsync("key", "1");
        var backup = await etcd.BackUpAsync();
        using var client = network.Client();
        for (var i = 0; i < 50; i++) await client.PutAsync(new EtcdOperation.Put("junk"u8.ToArray(), new byte[1]), Cancel);
        here.Start();
        await network.AgreeAsync();
        await here.StopAsync();
        await other.StopAsync();
        await etcd.RestoreAsync(backup, token: "etcd-cluster");
        here.Start();
        Assert.Contains("older state", await here.WhenStoppedAsync(), StringComparison.Ordinal);
    }

    /// <summary>etcd's data are gone under nodes that run; whoever waits for it to go on would wait long.</summary>
    [Fact]
    public async Task A_backup_that_only_listens_notices_that_etcd_has_lost_its_data()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2);
        await network.FoundAsync();
        var backup = await etcd.BackUpAsync();
        await network.PutAsync("key", "1");
        await network.AgreeAsync();
        await etcd.RestoreAsync(backup, token: "restored");
        foreach (var node in network.Nodes) await node.WhenStoppedAsync();
    }
}
