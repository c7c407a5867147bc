using System.Net;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Snapshots;
using Stele.Ledger.Tables;
using Stele.Replication.Network;
using Stele.Server.Network;

namespace Stele.Server.Tests.Network;

/// <summary>Entries and files that one node reads from another.</summary>
public sealed class PeerTests(NetworkFixture network) : IClassFixture<NetworkFixture>
{
    [Fact]
    public async Task A_node_reads_anothers_entries_in_order_from_where_it_wants()
    {
        var last = await network.AtPrimary.AppendAsync("the last");
        using var certificate = network.NodeCertificate(1);
        using var http = NodeConnections.Open(network.Service, () => certificate, _ => true);
        var peer = new HttpPeers(http, "self", () => LedgerTables.Empty, network.First.LedgerUri).All().Single();
        foreach (var first in new[] { SeqNo.First, new SeqNo(3), last.SeqNo })
        {
            var next = first;
            await foreach (var bytes in peer.EntriesAsync(first, NetworkFixture.Cancel))
            {
                Assert.Equal(next, LedgerEntry.Parse(bytes.ToArray()).Id.SeqNo);
                next = next.Next;
            }
            Assert.True(next > last.SeqNo);
        }
        Assert.Empty(await peer.EntriesAsync(new SeqNo(1_000_000), NetworkFixture.Cancel).ToListAsync(NetworkFixture.Cancel));
    }

    [Fact]
    public async Task A_node_reads_anothers_files_whole_or_from_a_byte_on()
    {
        for (var i = 0; i < 40; i++) await network.AtPrimary.AppendAsync(new string('x', 1000));
        using var certificate = network.NodeCertificate(1);
        using var http = NodeConnections.Open(network.Service, () => certificate, _ => true);
        var peer = new HttpPeer(http, network.First.LedgerUri);
        // Files are closed behind signatures.
        var files = await peer.LedgerFilesAsync(SeqNo.First, NetworkFixture.Cancel);
        for (; files.Count < 2; files = await peer.LedgerFilesAsync(SeqNo.First, NetworkFixture.Cancel))
            await network.AtPrimary.AppendAsync(new string('x', 1000));
        foreach (var file in files.Take(2))
        {
            var there = await File.ReadAllBytesAsync(Path.Combine(network.DataOf(0), "ledger", file.Name), NetworkFixture.Cancel);
            Assert.Equal(there.Length, file.Size);
            Assert.Equal(there, await BytesAsync(peer, file, 0));
            Assert.Equal(there[100..], await BytesAsync(peer, file, 100));
        }
        Assert.True(ChunkName.TryParse(files[1].Name, out var second));
        Assert.Equal(files[1], (await peer.LedgerFilesAsync(second.First, NetworkFixture.Cancel))[0]);
        foreach (var name in new[] { "ledger_1-1.committed", "../head", "snapshot_1_2.committed" })
            await Assert.ThrowsAsync<IOException>(() => peer.ReadAsync(new PeerFile(name, 1), 0, NetworkFixture.Cancel));

        var snapshots = await peer.SnapshotsAsync(NetworkFixture.Cancel);
        Assert.All(snapshots, file => Assert.True(SnapshotName.TryParse(file.Name, out _)));
        var stranger = network.CallerAt(network.First, network.AdministratorCertificate);
        foreach (var path in new[] { "/node/ledger/files?from=1", $"/node/ledger/files/{files[0].Name}", "/node/snapshots" })
            (await stranger.GetAsync(path)).AssertError(HttpStatusCode.Forbidden, "NotAllowed");
        (await stranger.SendAsync("POST", OwnCertificate.Path)).AssertError(HttpStatusCode.Forbidden, "NotAllowed");
    }

    [Fact]
    public async Task Where_nobody_answers_it_says_so()
    {
        using var certificate = network.NodeCertificate(1);
        using var http = NodeConnections.Open(network.Service, () => certificate, _ => true);
        var nobody = new HttpPeer(http, NetworkFixture.FreeAddress());
        await Assert.ThrowsAsync<IOException>(
            async () => await nobody.EntriesAsync(SeqNo.First, NetworkFixture.Cancel).FirstAsync(NetworkFixture.Cancel));
        await Assert.ThrowsAsync<IOException>(() => nobody.SnapshotsAsync(NetworkFixture.Cancel));
    }

    private static async Task<byte[]> BytesAsync(HttpPeer peer, PeerFile file, long offset)
    {
        await using var stream = await peer.ReadAsync(file, offset, NetworkFixture.Cancel);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, NetworkFixture.Cancel);
        return bytes.ToArray();
    }
}
