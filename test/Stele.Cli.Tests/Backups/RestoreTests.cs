using Stele.Ledger.Backups;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;

namespace Stele.Cli.Tests.Backups;

/// <summary>What comes back from a backup.</summary>
public sealed class RestoreTests(BackedUpLedger ledger) : IClassFixture<WhenBackedUp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_secrets_the_node_starts_as_it_was_and_goes_on()
    {
        var data = ledger.New();
        var refused = await SteleTool.RunAsync("restore", ledger.Later, data);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--original-is-gone", refused.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));

        var restored = (await SteleTool.RunAsync("restore", ledger.Later, data, "--original-is-gone")).Ok();
        Assert.Contains($"stele up --data {data} --ledger-id my-ledger", restored.Output, StringComparison.Ordinal);
        (await SteleTool.RunAsync("audit", data)).Ok();
        await using var node = await RunningLedger.StartAsync(data);
        string[] user = ["--certificate", Path.Combine(ledger.Data, "administrator.pem"), "--data", data];
        Assert.Contains("the first", (await SteleTool.RunAsync(["get", ledger.Id, .. user])).Ok().Output, StringComparison.Ordinal);
        var id = (await SteleTool.RunAsync(["append", "after the restore", "--wait", .. user])).Ok().Output.Trim();
        Assert.Contains("after the restore", (await SteleTool.RunAsync(["get", id, .. user])).Ok().Output, StringComparison.Ordinal);
        (await SteleTool.RunAsync("verify", ledger.Receipt, "--service-cert", node.ServiceCertificate)).Ok();
        await node.StopAsync();
        (await SteleTool.RunAsync("audit", data)).Ok();
    }

    [Fact]
    public async Task Without_secrets_it_is_prepared_for_a_recovery_that_takes_it()
    {
        var (data, recovered) = (ledger.New(), ledger.New());
        var restored = (await SteleTool.RunAsync("restore", ledger.Later, data, "--without-secrets")).Ok();
        Assert.Contains("stele recover --ledger", restored.Output, StringComparison.Ordinal);
        Assert.Contains("--ledger-id my-ledger", restored.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(data, "keys")));
        (await SteleTool.RunAsync("verify", ledger.Receipt, "--service-cert", Path.Combine(data, "service_cert.pem"))).Ok();
        await using var service = await RunningLedger.RecoverAsync(data, recovered);
        await service.StopAsync();
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_writes_nothing()
    {
        var data = ledger.New();
        var run = (await SteleTool.RunAsync("restore", ledger.Later, data, "--dry-run")).Ok();
        Assert.Contains("would be", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task Nothing_is_restored_over_what_is_there()
    {
        var data = ledger.New();
        Directory.CreateDirectory(data);
        (await SteleTool.RunAsync("restore", ledger.Later, data, "--without-secrets")).Ok();
        var run = await SteleTool.RunAsync("restore", ledger.Later, data, "--without-secrets");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("is not empty", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Damage_is_named_with_what_can_be_used_instead(bool isAmid)
    {
        var (backup, data) = (ledger.CopyOf(ledger.Later), ledger.New());
        var directory = Path.Combine(backup, "ledger");
        var (path, at) = isAmid ? Amid(directory) : FirstOfThird(directory);
        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Cancel);
        var run = await SteleTool.RunAsync("restore", backup, data, "--without-secrets");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(path, run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
        var until = run.Errors[(run.Errors.IndexOf("--to ", StringComparison.Ordinal) + "--to ".Length)..].Split(' ')[0];
        var restored = (await SteleTool.RunAsync("restore", backup, data, "--without-secrets", "--to", until)).Ok();
        Assert.Contains($"up to {until}", restored.Output, StringComparison.Ordinal);
        Assert.Contains($"proven up to {until}", (await SteleTool.RunAsync("audit", data)).Ok().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_up_to_a_transaction_ends_with_the_last_signature_before_it()
    {
        var data = ledger.New();
        var last = (await SteleTool.RunAsync("backup", "verify", ledger.Later, "--json")).Ok();
        using var json = System.Text.Json.JsonDocument.Parse(last.Output);
        var id = json.RootElement.GetProperty("lastTransaction").GetString()!.Split('.');
        var to = $"{id[0]}.{long.Parse(id[1], System.Globalization.CultureInfo.InvariantCulture) - 1}";
        (await SteleTool.RunAsync("restore", ledger.Later, data, "--to", to, "--original-is-gone")).Ok();
        (await SteleTool.RunAsync("audit", data)).Ok();
        await using (var node = await RunningLedger.StartAsync(data)) await node.StopAsync();
        var late = await SteleTool.RunAsync("restore", ledger.Later, ledger.New(), "--to", "2.999999", "--without-secrets");
        Assert.Contains("before 2.999999", late.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_slash_at_the_end_of_the_target_changes_nothing(bool isThere)
    {
        var data = ledger.New();
        if (isThere) Directory.CreateDirectory(data);
        (await SteleTool.RunAsync("restore", ledger.Later, data + "/", "--without-secrets")).Ok();
        (await SteleTool.RunAsync("audit", data)).Ok();
        Assert.False(Directory.Exists(data + ".restoring"));
        Assert.False(Directory.Exists(Path.Combine(data, ".restoring")));
    }

    [Fact]
    public async Task A_disk_that_is_mounted_where_the_data_belongs_is_restored_to()
    {
        using var disk = new SmallDisk(16 << 20);
        (await SteleTool.RunAsync("restore", ledger.Later, disk.Path, "--original-is-gone")).Ok();
        (await SteleTool.RunAsync("audit", disk.Path)).Ok();
        Assert.False(Directory.Exists(Path.Combine(disk.Path, ".restoring")));
        await using var node = await RunningLedger.StartAsync(disk.Path);
        await node.StopAsync();
    }

    [Fact]
    public void What_fails_leaves_nothing_and_the_directory_can_be_restored_to()
    {
        var (backup, data) = (BackupDirectory.OpenRead(ledger.CopyOf(ledger.Later)), ledger.New());
        var plan = LedgerRestore.Plan(backup, BackupVerification.Run(backup, Cancel), null, withSecrets: true);
        var certificate = Path.Combine(backup.Location, "node_cert.pem");
        var good = File.ReadAllBytes(certificate);
        File.WriteAllText(certificate, "changed meanwhile");
        foreach (var isThere in new[] { false, true })
        {
            if (isThere) Directory.CreateDirectory(data);
            Assert.Throws<BackupException>(() => new LedgerRestore(backup, plan).Run(data, Cancel));
            Assert.False(Directory.Exists(data + ".restoring"));
            Assert.Equal(isThere, Directory.Exists(data));
        }
        Assert.Empty(Directory.GetFileSystemEntries(data));
        File.WriteAllBytes(certificate, good);
        Assert.Equal(backup.Manifest!.Last, new LedgerRestore(backup, plan).Run(data, Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_directory_that_no_restore_has_made_stays(bool isThere)
    {
        var data = ledger.New();
        if (isThere) Directory.CreateDirectory(data);
        var other = isThere ? Path.Combine(data, ".restoring") : data + ".restoring";
        Directory.CreateDirectory(other);
        await File.WriteAllTextAsync(Path.Combine(other, "photo"), "x", Cancel);
        var run = await SteleTool.RunAsync("restore", ledger.Later, data, "--without-secrets");
        Assert.Contains("no restore has made it", run.Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(other, "photo")));
        // What a restore that was killed left is begun anew.
        await File.WriteAllTextAsync(Path.Combine(other, ".stele-restore"), "", Cancel);
        (await SteleTool.RunAsync("restore", ledger.Later, data, "--without-secrets")).Ok();
        Assert.False(Directory.Exists(other));
        Assert.Empty(Directory.GetFiles(data, ".stele-restore", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_transaction_that_the_backup_does_not_hold_is_refused_before_anything_is_written()
    {
        var backup = BackupDirectory.OpenRead(ledger.Later);
        var verdict = BackupVerification.Run(backup, Cancel);
        var closed = LedgerDirectory.Chunks(Path.Combine(ledger.Later, "ledger")).First(chunk => chunk.Name.IsCommitted);
        foreach (var seqno in new[] { closed.Name.Last!.Value, closed.Name.Last!.Value.Previous })
            Assert.Contains("and not", Assert.Throws<BackupException>(
                () => LedgerRestore.Plan(backup, verdict, new TransactionId(new View(77), seqno), withSecrets: false)).Message,
                StringComparison.Ordinal);
        Assert.Contains("No signature", Assert.Throws<BackupException>(
            () => LedgerRestore.Plan(backup, verdict, new TransactionId(new View(2), new SeqNo(1)), withSecrets: false)).Message,
            StringComparison.Ordinal);
    }

    // Behind a signature amid a file, where the ledger has one; how often it signs is a matter of time.
    private static (string Path, long At) Amid(string directory)
    {
        foreach (var chunk in LedgerDirectory.Chunks(directory))
        {
            using var reader = ChunkReader.Open(chunk);
            for (var isSigned = false; reader.TryReadNext(out var offset, out var bytes);)
            {
                if (isSigned) return (chunk.Path, offset + (bytes.Length / 2));
                isSigned = SignatureRecord.IsSignature(LedgerEntry.Parse(bytes));
            }
        }
        return FirstOfThird(directory);
    }

    private static (string Path, long At) FirstOfThird(string directory) => (LedgerDirectory.Chunks(directory)[2].Path, 200);
}
