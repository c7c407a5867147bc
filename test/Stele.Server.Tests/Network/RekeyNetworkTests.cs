using System.Net;
using System.Text;
using Stele.Ledger.Audit;
using Stele.Receipts;
using Stele.Server.Home;
using Stele.Server.Hosting;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Network;

/// <summary>A network's ledger gets another secret: whoever belongs to it reads all of it, whatever it was doing meanwhile.</summary>
public sealed class RekeyNetworkTests(NetworkFixture network) : IClassFixture<NetworkFixture>
{
    // More than lie from one snapshot to the next.
    private const int Many = 150;

    private readonly List<TransactionId> _entries = [];

    private static CancellationToken Cancel => NetworkFixture.Cancel;

    [Fact]
    public async Task Every_node_reads_all_entries_wherever_it_was_during_the_rekeys()
    {
        await AppendAsync(3);
        await JoinAsync(2);
        await using (var third = await network.StartAsync(2)) await ReadsAllAsync(third);

        // The third is away, and comes back to what it gets batch by batch.
        await RekeyAsync();
        await AppendAsync(3);
        await using (var third = await network.StartAsync(2)) await ReadsAllAsync(third);

        // It is away for long: it copies files, and a snapshot that is sealed with a secret that it does not have yet.
        await RekeyAsync();
        await AppendAsync(Many);
        await WhenSnapshotAsync(_entries[^Many].SeqNo);
        var back = await network.StartAsync(2);
        await using (back)
        {
            await ReadsAllAsync(back);
            Assert.True(back.Ledger.Start.Snapshot > _entries[^Many].SeqNo);

            // A new one is given all of them.
            await JoinAsync(3);
            await using (var fourth = await network.StartAsync(3)) await ReadsAllAsync(fourth);

            // The primary goes right behind a rekey, and one of the others takes its place.
            await RekeyAsync();
            await network.RestartAsync(0, options => options);
            await AppendAsync(3);
            foreach (var host in new[] { network.First, network.Second, back }) await ReadsAllAsync(host);
        }
        foreach (var node in new[] { 0, 1, 2 }) await AuditAsync(node);
    }

    private async Task JoinAsync(int node) => await network.JoinAsync(node, network.AddressOf(node), trusts: true);

    private async Task RekeyAsync()
    {
        using var member = Governor.First(network.AtPrimary, network.DataOf(0));
        var proposal = (await member.ProposeAsync(Governor.Action("trigger_ledger_rekey", new { }))).AssertOk();
        var vote = await member.VoteAsync(proposal.Json.GetProperty("proposalId").GetString()!, inFavour: true);
        Assert.Equal("Accepted", vote.AssertOk().Json.GetProperty("proposalState").GetString());
    }

    // Any node passes on what it is given; only while there is no primary it says so.
    private async Task AppendAsync(int count)
    {
        var caller = network.CallerAt(network.Second, network.AdministratorCertificate);
        for (var i = 0; i < count; i++)
        {
            Reply reply = null!;
            await Until(async () =>
            {
                var body = $$"""{"contents":"{{new string('x', 200)}}"}""";
                reply = await caller.SendAsync("POST", "/app/transactions?api-version=2022-05-13", body);
                return reply.Status == HttpStatusCode.OK;
            });
            _entries.Add(reply.Id);
        }
    }

    private async Task ReadsAllAsync(LedgerHost host)
    {
        var caller = network.CallerAt(host, network.AdministratorCertificate);
        foreach (var id in Enumerable.Reverse(_entries))
        {
            Reply reply = null!;
            await Until(async () =>
            {
                reply = await caller.GetAsync($"/app/transactions/{id}/receipt?api-version=2022-05-13");
                return reply.Status == HttpStatusCode.OK && reply.Json.GetProperty("state").GetString() == "Ready";
            });
            var document = ReceiptJson.Read(Encoding.UTF8.GetBytes(reply.Text));
            Assert.True(ReceiptVerifier.Verify(document.Receipt, network.Service, document.Claims).IsVerified);
        }
    }

    private Task WhenSnapshotAsync(SeqNo behind) => Until(() => Task.FromResult(
        Directory.Exists(Path.Combine(network.DataOf(0), "snapshots"))
        && Directory.EnumerateFiles(Path.Combine(network.DataOf(0), "snapshots"), "*.committed")
            .Any(file => long.Parse(Path.GetFileName(file).Split('_')[1]) > behind.Value)));

    private async Task AuditAsync(int node)
    {
        using var home = LedgerHome.OpenOrCreate(network.DataOf(node), [], TimeProvider.System);
        Assert.Equal(4, home.LedgerSecrets.Known.All.Count);
        var options = new AuditOptions { Secrets = home.LedgerSecrets.Known, IsBeingWritten = true };
        Assert.IsType<AuditReport.Verified>(await LedgerAuditor.AuditAsync(home.LedgerDirectory, options, Cancel));
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (!await condition()) await Task.Delay(20, patience.Token);
    }
}
