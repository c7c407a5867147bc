using System.Collections.Concurrent;
using System.Globalization;
using Stele.Ledger.Backups;
using Stele.Tests.Etcd;

namespace Stele.Cli.Tests.Backups;

/// <summary>
/// Backups of a network's nodes, which are copies of one another, while all of them take entries. Whatever was acknowledged as
/// committed before a backup was begun is in it, once its node has come as far.
/// </summary>
public sealed class NetworkBackupTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-backup-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task One_backup_goes_on_with_whichever_node_is_at_hand_and_the_doctor_knows_their_etcd()
    {
        EtcdProgram.Require();
        var backup = Path.Combine(_directory, "backup");
        await using var network = await RunningLedger.StartAsync(
            Path.Combine(_directory, "network"), "--nodes", "3", "--chunk-size", "20000");
        var committed = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in (int[])[0, 2])
        {
            // One at each node, while the backup is taken of one and then another.
            await using var load = AppendingClients.Start(
                committed, [.. Enumerable.Range(0, 3).Select(at => (Func<HttpClient>)(() => ClientOf(at)))], $"{node}", goOn: true);
            await load.WhenCommittedAsync(60);
            var before = committed.Keys.ToList();
            await WhenBackedUpAsync(NodeAt(node), backup, before.Max(SeqNoOf));
            await load.StopAsync();
            (await RestoredLedger.OfAsync(backup, Path.Combine(_directory, $"restored{node}"))).Has(before);
        }

        var etcd = string.Join(',', Enumerable.Range(0, 3).Select(node => $"http://127.0.0.1:{PortOf(node) + 2}"));
        var doctor = (await SteleTool.RunAsync("doctor", NodeAt(1), "--etcd", etcd)).Ok();
        // Each member, and the trial of a lease: on a slow machine it warns that a call took long, and says that it went well.
        Assert.Equal(4, doctor.Lines.Count(line => line.StartsWith("ok    etcd", StringComparison.Ordinal)
            || line.Contains("a node could be primary there", StringComparison.Ordinal)));
        await network.StopAsync();
    }

    // A node that is behind for a moment says so, and is asked again.
    private static async Task WhenBackedUpAsync(string data, string backup, long seqno)
    {
        for (var attempt = 1; ; attempt++)
        {
            var run = await SteleTool.RunAsync("backup", data, backup);
            var manifest = File.Exists(Path.Combine(backup, BackupManifest.FileName)) ? BackupDirectory.OpenRead(backup).Manifest : null;
            if (run.ExitCode == 0 && manifest!.Last.SeqNo.Value >= seqno) return;
            Assert.True(attempt < 60, run.ToString());
            Assert.True(run.ExitCode == 0 || run.Errors.Contains("is behind", StringComparison.Ordinal), run.ToString());
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }
    }

    private static long SeqNoOf(string id) => long.Parse(id.Split('.')[1], CultureInfo.InvariantCulture);

    private HttpClient ClientOf(int node) => RunningLedger.ClientOf(new Uri($"https://127.0.0.1:{PortOf(node)}"), NodeAt(node));

    private string NodeAt(int node) => Path.Combine(_directory, "network", $"node{node}");

    private int PortOf(int node)
    {
        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(NodeAt(node), "endpoint.json")));
        return new Uri(json.RootElement.GetProperty("ledger").GetString()!).Port;
    }
}
