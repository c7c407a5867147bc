using Stele.Cryptography;
using Stele.Ledger.Backups;
using Stele.Ledger.Files;

namespace Stele.Cli.Tests.Backups;

/// <summary>Ledgers of real CCF services, backed up file by file: each run goes on from what the one before kept.</summary>
public sealed class RealLedgerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-backup-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("acme_containing_service")]
    [InlineData("cose_flipflop_service")]
    [InlineData("expired_service")]
    [InlineData("sgx_service")]
    public async Task A_run_after_each_file_makes_the_backup_that_one_run_makes(string service)
    {
        var source = SharedVectors.Require($"vectors/ccf-ledgers/{service}/ledger");
        var whole = await RunAsync(source, "whole");
        var growing = Path.Combine(_directory, "growing");
        Directory.CreateDirectory(growing);
        BackupManifest? manifest = null;
        foreach (var chunk in LedgerDirectory.Chunks(source))
        {
            File.Copy(chunk.Path, Path.Combine(growing, Path.GetFileName(chunk.Path)));
            manifest = (await RunAsync(growing, "backup")).Manifest;
            Assert.Empty(BackupVerification.Run(BackupDirectory.OpenRead(Path.Combine(_directory, "backup")), Cancel).Faults);
        }
        Assert.Equal(whole.Manifest.Last, manifest!.Last);
        Assert.Equal(whole.Manifest.Root, manifest.Root);
        Assert.Equal(Files(whole.Manifest), Files(manifest));
    }

    private static IEnumerable<(string Name, Digest Digest)> Files(BackupManifest manifest) =>
        manifest.Files.Select(file => (file.Name, file.Digest));

    private async Task<BackupReport> RunAsync(string ledger, string name)
    {
        var target = BackupDirectory.OpenWrite(Path.Combine(_directory, name), out var held);
        var source = new BackupSource { LedgerDirectory = ledger, HeadFile = Path.Combine(_directory, "none") };
        using (held) return await new LedgerBackup(source, target, TimeProvider.System).RunAsync(Cancel);
    }
}
