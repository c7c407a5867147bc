using Stele.Replication.Network;
using Stele.Server.Home;
using Stele.Server.Hosting;
using Stele.Server.Tests.Network;
using Stele.Tests.Etcd;

namespace Stele.Server.Tests.Recovering;

/// <summary>A node that recovered a ledger alone founds a network with it again.</summary>
public sealed class RecoveredNetworkTests
{
    private const string Api = "api-version=2022-05-13";

    [Fact]
    public async Task A_node_that_joins_a_recovered_ledger_has_all_of_it()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var scene = await RecoveryScene.FoundAsync();
        var id = await scene.Administrator.AppendAsync("before the disaster", "books");
        await scene.WhenCommittedAsync(id);
        await scene.RecoverAsync();
        await scene.AcceptAsync();
        await scene.OpenAsync();
        await scene.StopAsync();

        await using var etcd = await EtcdCluster.StartAsync();
        var first = NetworkFixture.FreeAddress();
        await scene.StartAsync(options => Among(options, etcd, first) with
        {
            Network = Among(options, etcd, first).Network! with { BeginsStore = true },
        });
        await RecoveryScene.WhenAsync(() => Task.FromResult(scene.Host.Ledger.Role == NodeRole.Primary), "the node is elected");
        await RecoveryScene.WhenAsync(
            () => Task.FromResult(scene.Host.Ledger.Node(scene.Host.Ledger.NodeId)!.Address is not null), "its address is recorded");

        var second = Among(scene.Options() with { DataDirectory = scene.Place("joined") }, etcd, NetworkFixture.FreeAddress());
        await scene.JoinAsync(second);
        var joined = await LedgerHost.StartAsync(second with { LedgerId = null }, cancel);
        await using (joined)
        {
            using var administrator = scene.AdministratorAt(joined);
            await RecoveryScene.WhenAsync(
                async () => (await administrator.GetAsync($"/app/transactions/{id}?{Api}&collectionId=books")).Text
                    .Contains("before the disaster", StringComparison.Ordinal), "the old entry is read at the node that joined");
        }
    }

    [Fact]
    public async Task A_ledger_that_members_have_not_opened_yet_runs_alone()
    {
        await using var scene = await RecoveryScene.FoundAsync();
        await scene.RecoverAsync();
        await RunsAloneAsync(scene);
        await scene.AcceptAsync();
        await RunsAloneAsync(scene);
        await scene.OpenAsync();
    }

    private static async Task RunsAloneAsync(RecoveryScene scene)
    {
        await scene.StopAsync();
        var nobody = new Uri("https://127.0.0.1:1");
        var refused = await Assert.ThrowsAsync<LedgerHomeException>(() => scene.StartAsync(options => options with
        {
            Network = new NodeNetworkOptions { Address = nobody, EtcdEndpoints = [nobody], BeginsStore = true },
        }));
        Assert.Contains("not recovered yet", refused.Message, StringComparison.Ordinal);
        await scene.StartAsync();
    }

    private static LedgerHostOptions Among(LedgerHostOptions options, EtcdCluster etcd, Uri address) => options with
    {
        Port = address.Port,
        Network = new NodeNetworkOptions { Address = address, EtcdEndpoints = etcd.Addresses, Lease = TimeSpan.FromSeconds(30) },
    };
}
