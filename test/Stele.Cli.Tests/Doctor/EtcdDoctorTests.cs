using Stele.Etcd;
using Stele.Server.Attestation;
using Stele.Server.Doctor;
using Stele.Server.Hosting;
using Stele.Server.Sealing;
using Stele.Tests.Etcd;

namespace Stele.Cli.Tests.Doctor;

/// <summary>stele doctor and a real etcd: what a node does there is done, and what it could not do is said.</summary>
public sealed class EtcdDoctorTests
{
    private static readonly byte[] Trials = "/stele/books/trial/"u8.ToArray();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_node_does_is_done_and_nothing_is_left()
    {
        await using var cluster = await EtcdCluster.StartAsync();
        var run = (await SteleTool.RunAsync("doctor", "--etcd", $"{cluster.Addresses[0]}", "--ledger-id", "books")).Ok();
        Assert.Contains("a lease was granted, kept alive and revoked, a key put and deleted", run.Output, StringComparison.Ordinal);
        using var etcd = cluster.CreateClient();
        Assert.Empty((await etcd.RangeAsync(new RangeQuery(KeyRange.Prefix("/"u8.ToArray())), Cancel)).KeyValues);
        var told = await etcd.WatchAsync(KeyRange.Prefix(Trials), 1, Cancel).OfType<WatchUpdate.Events>().FirstAsync(Cancel);
        var put = Assert.IsType<KeyEvent.Put>(told.Changes[0]);
        Assert.True(put.KeyValue.Key.Span.StartsWith(Trials));
    }

    [Fact]
    public async Task Users_of_etcds_own_are_found_and_one_who_may_not_write()
    {
        await using var cluster = await EtcdCluster.StartAsync();
        await using var users = await EtcdUsers.SwitchOnAsync(cluster.Addresses[0], Cancel);
        Fails(await LookAsync(cluster.Addresses[0]), "a node could not ", "etcd's own users are switched on");
        Fails(await LookAsync(users.AsReader), "a node could not put a key", "Whoever it takes the node for may not do this");
    }

    [Fact]
    public async Task A_full_etcd_is_found()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { QuotaBytes = 4 << 20 });
        using var etcd = cluster.CreateClient();
        await Assert.ThrowsAsync<EtcdException>(async () =>
        {
            for (var i = 0; i < 64; i++) await etcd.PutAsync(new EtcdOperation.Put(new byte[] { 1, (byte)i }, new byte[1 << 20]), Cancel);
        });
        Fails(await LookAsync(cluster.Addresses[0]), "a node could not grant a lease", "etcdctl alarm disarm");
    }

    [Fact]
    public async Task A_member_without_a_leader_is_found()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 3 });
        using var etcd = cluster.CreateClient();
        await cluster.Members[1].KillAsync();
        await cluster.Members[2].KillAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while ((await etcd.StatusAsync(cluster.Addresses[0], patience.Token)).Leader != 0) await Task.Delay(100, patience.Token);
        Fails(await LookAsync(cluster.Addresses[0]), "a node could not grant a lease", "A majority of the members must reach one another");
    }

    private static void Fails(IReadOnlyList<Finding> findings, string what, string advice) => Assert.True(
        findings.Any(finding => finding is { Level: FindingLevel.Fail, Check: "etcd", Advice: { } advised }
            && finding.What.StartsWith(what, StringComparison.Ordinal) && advised.Contains(advice, StringComparison.Ordinal)),
        string.Join('\n', findings));

    // What the command does, without a process of its own.
    private static Task<IReadOnlyList<Finding>> LookAsync(Uri etcd) => Checkup.RunAsync(
        new CheckupOptions
        {
            DataDirectory = null,
            Sealing = new SealOptions(null, new PlatformOptions()),
            Address = "127.0.0.1",
            Ports = [],
            LedgerId = "books",
            Network = new NodeNetworkOptions { EtcdEndpoints = [etcd], Address = new Uri("https://localhost") },
        },
        TimeProvider.System, Cancel);
}
