using Stele.Etcd;
using Stele.Replication.Network;
using Stele.Tests.Etcd;

namespace Stele.Replication.Tests.Network;

/// <summary>What must not happen though several things go wrong at once.</summary>
public sealed class UnluckyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The answer is lost; before the primary asks again, another one is elected and writes behind the batch.</summary>
    [Fact]
    public async Task A_batch_that_was_ordered_and_built_upon_is_not_answered_as_never_taken()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2);
        await network.FoundAsync();
        await network.AgreeAsync();
        var (first, second) = (network.Nodes[0], network.Nodes[1]);
        var next = first.Ledger!.Position.SeqNo.Next;
        first.Way.DelayOfAnswers = TimeSpan.FromMinutes(1);
        var appending = first.Ledger.SubmitAsync(new Put("key", "ordered"), untilCommitted: false);
        await second.Ledger!.WhenAtAsync(next, Cancel);

        using var direct = network.Client();
        await direct.DeleteRangeAsync(KeyRange.One(new StoreKeys("network").Primary), Cancel);
        await network.AnotherPrimaryThanAsync(first);
        await network.PutAsync("key", "behind it");
        first.Way.DelayOfAnswers = TimeSpan.Zero;
        first.Way.Cut();

        var failure = await Record.ExceptionAsync(() => appending);
        Assert.False(failure is LedgerUnavailableException, $"It is in the ledger, and was answered: {failure?.Message}");
        await network.AgreeAsync();
        Assert.Equal("ordered", network.RecordAt(second, new TransactionId(View.First, next)));
    }

    /// <summary>etcd has the batch, and the primary's own disk is full.</summary>
    [Fact]
    public async Task A_write_that_etcd_has_ordered_is_not_answered_as_never_taken_because_the_primarys_own_disk_refuses_it()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2) { ChunkBytes = 1 };
        await network.FoundAsync();
        await network.AgreeAsync();
        var (primary, backup) = (network.Nodes[0], network.Nodes[1]);
        var next = primary.Ledger!.Position.SeqNo.Next;
        // Where the next file would be made there is one: the open is refused, as on a full disk.
        await File.WriteAllTextAsync(Path.Combine(primary.Directory, "ledger", $"ledger_{next.Value}"), "", Cancel);

        var failure = await Record.ExceptionAsync(() => primary.Ledger.SubmitAsync(new Put("key", "refused"), untilCommitted: false));
        await backup.Ledger!.WhenAtAsync(next, Cancel);
        Assert.Equal("refused", network.RecordAt(backup, new TransactionId(View.First, next)));
        Assert.False(failure is LedgerUnavailableException, $"Every other node has it, and it was answered: {failure?.Message}");
    }

    /// <summary>One request larger than etcd takes.</summary>
    [Fact]
    public async Task A_write_that_is_too_large_for_etcd_fails_alone()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 1);
        await network.FoundAsync();
        var before = await network.PutAsync("key", "before");
        var large = new Put("key", new string('x', 2_000_000));
        await Record.ExceptionAsync(() => network.Nodes[0].Ledger!.SubmitAsync(large, untilCommitted: false));
        var after = await network.PutAsync("key", "after");
        Assert.Equal(before.View, after.View);
    }

    /// <summary>One member of several is paused; renewals wait for it for half the lease, and then go to the same one again.</summary>
    [Fact]
    public async Task A_lease_is_renewed_at_another_member_when_the_first_one_is_silent()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var silent = new FaultyProxy(etcd.Members[0].Address.Port) { Mode = ProxyMode.Swallow };
        using var direct = etcd.CreateClient();
        using var client = new EtcdClient(etcd.ClientOptions(silent.Http, etcd.Members[0].Address), TimeProvider.System);
        var lease = await direct.GrantLeaseAsync(TimeSpan.FromSeconds(60), Cancel);
        var renewed = false;
        for (var i = 0; i < 20 && !renewed; i++)
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            renewed = await Record.ExceptionAsync(() => client.KeepAliveAsync(lease.Id, soon.Token)) is null;
        }
        Assert.True(renewed);
    }

    /// <summary>A node whose disk was replaced comes to an etcd that has lost its data.</summary>
    [Fact]
    public async Task A_node_with_an_empty_disk_does_not_found_the_ledger_anew_in_an_empty_etcd()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var other = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 1);
        await network.FoundAsync();
        var node = network.Nodes[0];
        var founding = node.Ledger!.EntryBytes(SeqNo.First)!;
        await node.StopAsync();
        foreach (var directory in Directory.GetDirectories(node.Directory)) Directory.Delete(directory, recursive: true);
        File.Delete(Path.Combine(node.Directory, "head"));

        node.Start(other.ClientOptions());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        while (node.Ledger!.Role == NodeRole.Backup && !patience.IsCancellationRequested) await Task.Delay(20, Cancel);
        if (node.Ledger.Role == NodeRole.Backup) return;
        var id = await network.PutAsync("key", "another");
        Assert.False(
            id.SeqNo == SeqNo.First && id.View == View.First && !founding.AsSpan().SequenceEqual(node.Ledger.EntryBytes(id.SeqNo)),
            $"{id} was given twice, sealed with one key and one vector");
    }

    /// <summary>The primary's disk fails while a ledger file is closed; etcd has ordered the batch.</summary>
    [Fact]
    public async Task A_primary_whose_disk_has_failed_stops_or_has_whole_files()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 1) { ChunkBytes = 1 };
        await network.FoundAsync();
        var node = network.Nodes[0];
        var first = node.Ledger!.Position.SeqNo.Next;
        // A directory stands where the closed file would be renamed to: the last step of closing fails.
        Directory.CreateDirectory(Path.Combine(node.Directory, "ledger", $"ledger_{first.Value}-{first.Value + 1}.committed"));
        await Record.ExceptionAsync(() => node.Ledger.SubmitAsync(new Put("key", "1"), untilCommitted: true));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (node.Ledger.Stopped is null && node.Ledger.Position.SeqNo.Value < first.Value + 2)
        {
            Assert.False(patience.IsCancellationRequested, $"It neither stops nor goes on: {node.Ledger.Position}, {node.Ledger.Trouble}");
            await Task.Delay(20, Cancel);
        }
        if (node.Ledger.Stopped is not null) return;
        for (var seqno = first; seqno <= node.Ledger.Position.SeqNo; seqno = seqno.Next)
            Assert.Equal(seqno, node.Ledger.Read(seqno)?.Id.SeqNo);
    }
}
