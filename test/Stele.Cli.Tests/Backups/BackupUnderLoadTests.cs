using System.Collections.Concurrent;
using System.Diagnostics;
using Stele.Ledger.Backups;

namespace Stele.Cli.Tests.Backups;

/// <summary>
/// Backups in a loop of a node that takes entries meanwhile, and is killed; backups that are killed themselves. Whatever was
/// acknowledged as committed before a backup was begun is in it.
/// </summary>
public sealed class BackupUnderLoadTests : IDisposable
{
    private const int Clients = 6;
    private const int Rounds = 2;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("stele-backup-");
    private readonly ConcurrentDictionary<string, string> _committed = new();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Every_backup_holds_what_was_committed_before_it_began_and_comes_back_whole()
    {
        var backup = At("backup");
        await using var ledger = await RunningLedger.StartAsync(
            At("data"), "--public", "--chunk-size", "20000", "--snapshot-entries", "200");
        var receipt = await ReceiptAsync(ledger);
        for (var round = 0; round < Rounds; round++)
        {
            await using var load = AppendingClients.Start(
                _committed, [.. Enumerable.Repeat(() => ledger.CreateClient(), Clients)], $"{round}");
            await load.WhenCommittedAsync(10 * Clients);
            await KillOneAsync(ledger.DataDirectory, backup);
            var before = new Dictionary<string, string>(_committed);
            // While this backup is taken, the node dies in every second round.
            var taking = SteleTool.RunAsync("backup", ledger.DataDirectory, backup);
            if (round % 2 == 1) await ledger.KillAsync();
            (await taking).Ok();
            await load.StopAsync();
            if (round % 2 == 1) await ledger.StartAsync();
            await CheckAsync(backup, At($"restored{round}"), before, receipt);
        }
    }

    // A backup that is killed somewhere leaves a whole one, or none yet.
    private static async Task KillOneAsync(string data, string backup)
    {
        using var process = Process.Start(SteleTool.StartInfo("backup", data, backup))!;
        process.StandardInput.Close();
        // In the middle of it: what is new lies where it comes in.
        while (!process.HasExited && !Directory.Exists(Path.Combine(backup, "incoming")))
            await Task.Delay(2, TestContext.Current.CancellationToken);
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        if (File.Exists(Path.Combine(backup, BackupManifest.FileName)))
            Assert.Empty(BackupVerification.Run(BackupDirectory.OpenRead(backup), TestContext.Current.CancellationToken).Faults);
    }

    private static async Task CheckAsync(string backup, string restored, Dictionary<string, string> before, string receipt)
    {
        var ledger = await RestoredLedger.OfAsync(backup, restored);
        (await SteleTool.RunAsync("verify", receipt, "--service-cert", ledger.ServiceCertificate)).Ok();
        ledger.Holds(before);
    }

    private async Task<string> ReceiptAsync(RunningLedger ledger)
    {
        var id = await BackedUpLedger.AppendAsync(ledger, "with a receipt");
        _committed[id] = "with a receipt";
        (await SteleTool.RunAsync("receipt", id, "-o", At("receipt.json"), "--data", ledger.DataDirectory)).Ok();
        return At("receipt.json");
    }

    private string At(string name) => Path.Combine(_directory.FullName, name);
}
