using Stele.Ledger.Entries;
using Stele.Ledger.Signatures;
using Stele.Replication.Network;
using Stele.Tests.Etcd;

namespace Stele.Replication.Tests.Network;

/// <summary>Peers that give what is not the ledger, and disks that take no more for a while.</summary>
public sealed class BadPeerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Of two nodes that have what etcd has not, one lies, each time in another way.</summary>
    [Fact]
    public async Task A_peer_that_gives_bad_entries_is_left_aside_and_the_other_is_asked()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 3) { StoreBytesMax = 1_000_000 };
        await network.FoundAsync();
        await network.AgreeAsync();
        var away = network.Nodes.First(node => node.Ledger!.Role == NodeRole.Backup);
        var liar = away.FirstAsked = network.Nodes.First(node => node != away);
        foreach (var lie in new[] { "bit", "garbage", "signature" })
        {
            await away.StopAsync();
            var (missing, told) = (away.LastSeen.Next, away.Told.Count);
            await FillAsync(network, missing);
            liar.Gives = (seqno, entry) => Lie(liar, lie, missing, seqno, entry);
            away.Start();
            await network.AgreeAsync();
            Assert.Contains(away.Told.Skip(told), one => one.Contains(liar.Name, StringComparison.Ordinal));
        }
        await network.StopAsync();
        network.HaveSameFiles();
    }

    [Fact]
    public async Task A_backup_whose_disk_is_full_waits_answers_reads_and_goes_on_when_there_is_room()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2) { ChunkBytes = 1 };
        await network.FoundAsync();
        await network.AgreeAsync();
        var backup = network.Nodes.Single(node => node.Ledger!.Role == NodeRole.Backup);
        var next = backup.Ledger!.Position.SeqNo.Next;
        var last = await WhileFullAsync(network, backup, next);
        Assert.Null(backup.Ledger.Stopped);
        Assert.NotNull(backup.Ledger.Read(next.Previous));
        await backup.Ledger.WhenAtAsync(last.SeqNo, Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await network.AgreeAsync();
        await network.StopAsync();
        network.HaveSameFiles();
    }

    [Fact]
    public async Task A_primary_whose_disk_is_full_gives_its_place_up_and_has_everything_when_there_is_room()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2) { ChunkBytes = 1 };
        await network.FoundAsync();
        await network.AgreeAsync();
        var primary = await network.PrimaryAsync();
        await WhileFullAsync(network, primary, primary.Ledger!.Position.SeqNo.Next);
        await network.AgreeAsync();
        Assert.All(network.Nodes, node => Assert.Null(node.Ledger!.Stopped));
        await network.StopAsync();
        network.HaveSameFiles();
    }

    // Where the next file would be made there is one: the open is refused, as on a full disk.
    private static async Task<TransactionId> WhileFullAsync(TestNetwork network, TestNode node, SeqNo next)
    {
        var inTheWay = Path.Combine(node.Directory, "ledger", $"ledger_{next.Value}");
        await File.WriteAllTextAsync(inTheWay, "", Cancel);
        var writing = Enumerable.Range(0, 5).Select(i => WriteAsync(network, $"key {i}")).ToList();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!node.Told.Any(told => told.Contains("takes no more", StringComparison.Ordinal))) await Task.Delay(20, patience.Token);
        File.Delete(inTheWay);
        return (await Task.WhenAll(writing)).MaxBy(id => id.SeqNo.Value);
    }

    // What became of the one that the primary's own disk refused is not known to who sent it.
    private static async Task<TransactionId> WriteAsync(TestNetwork network, string key)
    {
        try
        {
            return await network.PutAsync(key, "value");
        }
        catch (OutcomeUnknownException)
        {
            return await network.PutAsync(key, "value");
        }
    }

    private static async Task FillAsync(TestNetwork network, SeqNo missing)
    {
        for (var i = 0; i < 6; i++)
            await Task.WhenAll(Enumerable.Range(0, 10).Select(one => network.PutAsync($"key {i} {one}", new string('x', 20_000))));
        await network.ForgottenAsync(missing);
    }

    private static byte[] Lie(TestNode node, string lie, SeqNo missing, SeqNo seqno, byte[] entry)
    {
        switch (lie)
        {
            case "bit" when seqno.Value == missing.Value + 30:
                entry[^1] ^= 1;
                return entry;
            case "garbage" when seqno == missing:
                return [1, 2, 3];
            case "signature" when seqno.Value > missing.Value + 10 && seqno.Value < missing.Value + 30
                && SignatureRecord.IsSignature(LedgerEntry.Parse(entry)):
                return node.Ledger!.EntryBytes(seqno.Previous)!;
            default:
                return entry;
        }
    }
}
