using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using Stele.Server.Network;

namespace Stele.Server.Tests.Network;

/// <summary>Entries that one node reads from another.</summary>
public sealed class PeerTests(NetworkFixture network) : IClassFixture<NetworkFixture>
{
    [Fact]
    public async Task A_node_reads_anothers_entries_in_order_from_where_it_wants()
    {
        var last = await network.AtPrimary.AppendAsync("the last");
        using var certificate = network.NodeCertificate(1);
        using var http = NodeConnections.Open(network.Service, certificate, _ => true);
        var peers = new HttpPeers(http, "self", () => LedgerTables.Empty, network.First.LedgerUri);
        foreach (var first in new[] { SeqNo.First, new SeqNo(3), last.SeqNo })
        {
            var next = first;
            await foreach (var bytes in peers.EntriesAsync(first, NetworkFixture.Cancel))
            {
                Assert.Equal(next, LedgerEntry.Parse(bytes.ToArray()).Id.SeqNo);
                next = next.Next;
            }
            Assert.True(next > last.SeqNo);
        }
    }

    [Fact]
    public async Task Where_nobody_answers_or_nobody_has_them_it_says_so()
    {
        using var certificate = network.NodeCertificate(1);
        using var http = NodeConnections.Open(network.Service, certificate, _ => true);
        var nobody = new HttpPeers(http, "self", () => LedgerTables.Empty, NetworkFixture.FreeAddress());
        await Assert.ThrowsAsync<IOException>(
            async () => await nobody.EntriesAsync(SeqNo.First, NetworkFixture.Cancel).FirstAsync(NetworkFixture.Cancel));
        var without = new HttpPeers(http, "self", () => LedgerTables.Empty, network.First.LedgerUri);
        await Assert.ThrowsAsync<IOException>(
            async () => await without.EntriesAsync(new SeqNo(1_000_000), NetworkFixture.Cancel).FirstAsync(NetworkFixture.Cancel));
    }
}
