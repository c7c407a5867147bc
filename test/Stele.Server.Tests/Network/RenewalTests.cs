using Stele.Replication.Network;

namespace Stele.Server.Tests.Network;

/// <summary>What a node brings along when it starts again or anew.</summary>
public sealed class RenewalTests(NetworkFixture network) : IClassFixture<NetworkFixture>
{
    private static CancellationToken Cancel => NetworkFixture.Cancel;

    [Fact]
    public async Task A_backups_renewed_certificate_is_recorded()
    {
        var file = Path.Combine(network.DataOf(1), "node_cert.pem");
        var before = await File.ReadAllTextAsync(file, Cancel);
        await network.RestartAsync(1, options => options with { HostNames = ["another.example.org"] });
        var renewed = await File.ReadAllTextAsync(file, Cancel);
        Assert.NotEqual(before, renewed);
        Assert.Equal(NodeRole.Backup, network.Second.Ledger.Role);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (network.First.Ledger.NodeCertificate(network.Second.Ledger.NodeId) != renewed) await Task.Delay(50, patience.Token);
    }

    [Fact]
    public async Task A_joined_node_learns_the_ledgers_name_and_keeps_it()
    {
        Assert.Equal("test-network", network.Second.LedgerId);
        var refused = await Assert.ThrowsAsync<Stele.Server.Home.LedgerHomeException>(
            () => network.StartAsync(1, options => options with { LedgerId = "another" }));
        Assert.Contains("test-network", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_joins_a_ledger_of_some_size_starts_from_a_snapshot()
    {
        for (var i = 0; i < 10; i++)
            await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => network.AtPrimary.AppendAsync(new string('x', 500))));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var snapshots = Path.Combine(network.DataOf(0), "snapshots");
        while (!Directory.Exists(snapshots) || Directory.GetFiles(snapshots, "*.committed").Length < 2)
            await Task.Delay(50, patience.Token);
        await network.JoinAsync(2, network.AddressOf(2), trusts: true);
        await using var third = await network.StartAsync(2);
        Assert.True(third.Ledger.Start.Snapshot > SeqNo.None, "It starts from no snapshot.");
        Assert.False(Directory.Exists(Path.Combine(network.DataOf(2), "incoming")));
        var last = await network.AtPrimary.AppendAsync("the last");
        while (third.Ledger.Committed.SeqNo < last.SeqNo) await Task.Delay(50, patience.Token);
    }
}
