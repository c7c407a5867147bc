using System.Text;
using Stele.Cryptography;
using Stele.Etcd;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Replication.Log;
using Stele.Replication.Network;
using Stele.Tests.Etcd;

namespace Stele.Replication.Tests.Network;

/// <summary>What a hostile reading of the network found: each of these fails as long as its finding stands.</summary>
public sealed class ReviewTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The answer is lost; before the primary asks again, another one is elected and writes behind the batch.</summary>
    [Fact]
    public async Task A_batch_that_was_ordered_and_built_upon_is_not_answered_as_never_taken()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var way = new FaultyProxy(etcd.Members[0].Address.Port);
        using var direct = etcd.CreateClient();
        using var client = new EtcdClient(
            etcd.ClientOptions(way.Http) with { RequestTimeout = TimeSpan.FromMilliseconds(500) }, TimeProvider.System);
        var keys = new StoreKeys("network");
        var elected = await direct.PutAsync(new EtcdOperation.Put(keys.Primary, "{}"u8.ToArray()), Cancel);
        var log = Log(client, keys, new Term(new View(1), elected.Revision, new LeaseId(0), CancellationToken.None));
        await client.RangeAsync(new RangeQuery(KeyRange.One(keys.Tail)), Cancel);

        way.DelayOfAnswers = TimeSpan.FromMinutes(1);
        var appending = log.AppendAsync(BatchOf(100), mayBlock: false);
        while ((await direct.RangeAsync(new RangeQuery(KeyRange.One(keys.Tail)), Cancel)).KeyValues.Count == 0)
            await Task.Delay(10, Cancel);
        // Another one is elected, takes the batch, and opens its view behind it.
        var batch = (await direct.RangeAsync(new RangeQuery(KeyRange.One(keys.Batch(SeqNo.First))), Cancel)).KeyValues.Single().Value;
        var second = SealedBatch.Seal(new SeqNo(2), Digest.Of(batch.Span), [new byte[100]], new byte[32]);
        await direct.PutAsync(new EtcdOperation.Put(keys.Batch(new SeqNo(2)), second), Cancel);
        await direct.PutAsync(new EtcdOperation.Put(keys.Tail, new StoreTail(new SeqNo(3), Digest.Of(second)).ToBytes()), Cancel);
        await direct.DeleteRangeAsync(KeyRange.One(keys.Primary), Cancel);
        way.DelayOfAnswers = TimeSpan.Zero;
        way.Cut();

        // Beyond its order there is no replica here to write to: any other failure will do.
        var failure = await Record.ExceptionAsync(() => appending);
        Assert.False(failure is DeposedException or WriteRefusedException, $"It is in the ledger, and was answered: {failure?.Message}");
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
        for (var i = 0; i < 3 && !renewed; i++)
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            renewed = await Record.ExceptionAsync(() => client.KeepAliveAsync(lease.Id, soon.Token)) is null;
        }
        Assert.True(renewed);
    }

    /// <summary>etcd is put back to an older state while the only node that knows better is down.</summary>
    [Fact]
    public async Task No_id_is_given_to_two_contents_by_an_etcd_that_was_put_back()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2);
        await network.FoundAsync();
        await network.AgreeAsync();
        var (ahead, behind) = (network.Nodes[0], network.Nodes[1]);
        await behind.StopAsync();
        await ahead.StopAsync();
        using var client = network.Client();
        var keys = new StoreKeys("network");
        var backup = (await client.RangeAsync(new RangeQuery(keys.All), Cancel)).KeyValues;

        ahead.Start();
        var id = await network.PutAsync("key", "committed");
        var entry = ahead.Ledger!.EntryBytes(id.SeqNo)!;
        await ahead.StopAsync();
        await client.DeleteRangeAsync(keys.All, Cancel);
        foreach (var one in backup) await client.PutAsync(new EtcdOperation.Put(one.Key, one.Value), Cancel);

        behind.Start();
        while (behind.Ledger!.Stopped is null && behind.Ledger.Role == NodeRole.Backup) await Task.Delay(20, Cancel);
        if (behind.Ledger.Stopped is not null) return;
        var again = await network.PutAsync("key", "another");
        Assert.False(
            id == again && !entry.AsSpan().SequenceEqual(behind.Ledger.EntryBytes(again.SeqNo)),
            $"{id} was given twice, to different contents");
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

    /// <summary>etcd looks at its quota again when it applies: what crosses it there is applied, and answered as refused.</summary>
    [Fact]
    public async Task What_etcd_refuses_for_want_of_space_it_has_not_taken()
    {
        await using var etcd = await EtcdCluster.StartAsync(new EtcdClusterOptions { QuotaBytes = 24 << 20 });
        using var client = etcd.CreateClient();
        var refused = await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => UntilFullAsync(client, writer)));
        foreach (var key in refused)
            Assert.Empty((await client.RangeAsync(new RangeQuery(KeyRange.One(key)) { KeysOnly = true }, Cancel)).KeyValues);
    }

    private static async Task<byte[]> UntilFullAsync(EtcdClient client, int writer)
    {
        for (var i = 0; ; i++)
        {
            var key = Encoding.ASCII.GetBytes($"{writer}.{i}");
            try
            {
                await client.PutAsync(new EtcdOperation.Put(key, new byte[100_000]), Cancel);
            }
            catch (EtcdException full) when (full.Error == EtcdError.NoSpace)
            {
                return key;
            }
        }
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
        while (node.Ledger.Stopped is null && node.Ledger.Position.SeqNo.Value < first.Value + 2) await Task.Delay(20, Cancel);
        if (node.Ledger.Stopped is not null) return;
        for (var seqno = first; seqno <= node.Ledger.Position.SeqNo; seqno = seqno.Next)
            Assert.Equal(seqno, node.Ledger.Read(seqno)?.Id.SeqNo);
    }

    private static EtcdLog Log(EtcdClient client, StoreKeys keys, Term term)
    {
        var options = new NetworkOptions
        {
            Etcd = client,
            Ledger = "network",
            NodeId = "node",
            Address = new Uri("https://127.0.0.1:1"),
            Peers = null!,
            TrustedNodes = _ => [],
        };
        return new EtcdLog(
            options, keys, term, new StoreTail(SeqNo.First, default), isFirst: true, replica: null!,
            new StoreRoom(options, keys, replica: null!, TimeProvider.System), new byte[32], TimeProvider.System);
    }

    private static Batch BatchOf(int bytes) => new(
        [
            new BatchEntry(
                new EncodedEntry(new TransactionId(View.First, SeqNo.First), new byte[bytes], Digest.Zero), null!, IsSignature: false),
        ],
        Commit: null);
}
