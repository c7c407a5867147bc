using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Stele.Ledger.Audit;
using Stele.Ledger.Backups;
using Stele.Ledger.Files;
using Stele.Server.Home;

namespace Stele.Cli.Tests.Backups;

/// <summary>What a backup is, whatever happens to it.</summary>
public sealed class BackupTests(BackedUpLedger ledger) : IClassFixture<WhenBackedUp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_bit_that_flips_in_any_file_is_found_and_the_file_named()
    {
        Assert.Empty(Verify(ledger.Later).Faults);
        var spoilt = ledger.CopyOf(ledger.Later);
        var good = FilesOf(spoilt).ToDictionary(path => path, File.ReadAllBytes);
        foreach (var at in new Func<int, int>[] { _ => 0, length => length / 2, length => length - 1 })
        {
            foreach (var (path, bytes) in good) File.WriteAllBytes(path, Flipped(bytes, at(bytes.Length)));
            Assert.Equal(good.Keys.ToHashSet(), Verify(spoilt).Faults.Select(fault => fault.File).ToHashSet());
        }
        foreach (var (path, bytes) in good) File.WriteAllBytes(path, bytes);
        Assert.Empty(Verify(spoilt).Faults);
    }

    [Fact]
    public void A_bit_that_flips_in_one_file_is_found_in_that_file_alone()
    {
        var spoilt = ledger.CopyOf(ledger.Later);
        var path = FilesOf(spoilt).First(path => path.EndsWith(".committed", StringComparison.Ordinal));
        var good = File.ReadAllBytes(path);
        File.WriteAllBytes(path, Flipped(good, good.Length / 2));
        Assert.All(Verify(spoilt).Faults, fault => Assert.Equal(path, fault.File));
        Assert.NotEmpty(Verify(spoilt).Faults);
    }

    [Fact]
    public void Every_file_that_is_gone_is_named()
    {
        var spoilt = ledger.CopyOf(ledger.Later);
        var files = FilesOf(spoilt);
        File.Delete(files[^1]);
        Assert.Equal([new BackupFault(files[^1], "it is missing")], Verify(spoilt).Faults);
        foreach (var path in files) File.Delete(path);
        Assert.Equal(files.Select(path => new BackupFault(path, "it is missing")).ToHashSet(), Verify(spoilt).Faults.ToHashSet());
    }

    [Fact]
    public void A_bit_that_flips_in_the_manifest_is_found()
    {
        var spoilt = ledger.CopyOf(ledger.Later);
        var path = Path.Combine(spoilt, BackupManifest.FileName);
        var good = File.ReadAllBytes(path);
        for (var at = 0; at < good.Length; at++)
        {
            var bad = (byte[])good.Clone();
            bad[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(path, bad);
            var fault = Assert.Throws<FormatException>(() => BackupDirectory.OpenRead(spoilt));
            Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/outside")]
    [InlineData("keys/../../outside")]
    [InlineData("keys//outside")]
    [InlineData("keys/within/another")]
    [InlineData("stele.json")]
    [InlineData("index/evil")]
    [InlineData("snapshots/snapshot_10_11.committed")]
    [InlineData("ledger/evil")]
    [InlineData("ledger/ledger_1-2.committed.recovery")]
    [InlineData("point_0x1.json")]
    [InlineData("service_cert.pem", "It names service_cert.pem twice")]
    public void A_manifest_that_names_a_file_that_no_backup_has_is_refused(
        string name, string why = "names a file that no backup has")
    {
        var spoilt = ledger.CopyOf(ledger.Later);
        Rewrite(spoilt, inner => inner.Replace("keys/node.pem", name, StringComparison.Ordinal));
        Assert.Contains(why, Assert.Throws<FormatException>(() => BackupDirectory.OpenRead(spoilt)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_does_not_decide_which_files_are_secret()
    {
        var spoilt = ledger.CopyOf(ledger.Later);
        var files = BackupDirectory.OpenRead(spoilt).Manifest!.Files;
        Rewrite(spoilt, inner => Regex.Replace(inner, ",\\s*\"secret\": true", ""));
        Assert.DoesNotContain("\"secret\"", File.ReadAllText(Path.Combine(spoilt, BackupManifest.FileName)), StringComparison.Ordinal);
        var manifest = BackupDirectory.OpenRead(spoilt).Manifest!;
        Assert.True(manifest.HasSecrets);
        Assert.Equal(files, manifest.Files);
    }

    [Fact]
    public void A_directory_of_ledger_files_that_is_gone_is_told_file_by_file()
    {
        var spoilt = ledger.CopyOf(ledger.Later);
        Directory.Delete(Path.Combine(spoilt, "ledger"), recursive: true);
        var verdict = Verify(spoilt);
        Assert.Equal(
            verdict.Manifest.Files.Where(file => file.Name.StartsWith("ledger/", StringComparison.Ordinal))
                .Select(file => new BackupFault(Path.Combine(spoilt, file.Name), "it is missing")),
            verdict.Faults);
    }

    [Fact]
    public async Task A_file_of_another_time_is_read_once()
    {
        var (data, backup) = (ledger.CopyOf(ledger.Data), ledger.CopyOf(ledger.Later));
        await RunAsync(data, backup);
        var path = Directory.GetFiles(Path.Combine(data, "ledger"), "ledger_1-*").Single();
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        var report = await RunAsync(data, backup);
        Assert.Equal(0, report.FilesCopied);
        var noted = Verify(backup).Manifest.Files.Single(file => file.Name == $"ledger/{Path.GetFileName(path)}");
        Assert.Equal(File.GetLastWriteTimeUtc(path), noted.Modified);
    }

    [Fact]
    public async Task A_certificate_that_is_none_or_another_services_is_named_before_anything_counts()
    {
        var (data, backup) = (ledger.CopyOf(ledger.Data), ledger.New());
        File.Copy(Path.Combine(data, "identity_ca.pem"), Path.Combine(data, "service_cert.pem"), overwrite: true);
        await Assert.ThrowsAsync<BackupException>(() => RunAsync(data, backup, stepBytes: 1));
        Assert.False(File.Exists(Path.Combine(backup, BackupManifest.FileName)));
        await File.WriteAllTextAsync(Path.Combine(data, "service_cert.pem"), "nothing", Cancel);
        var run = await SteleTool.RunAsync("backup", data, ledger.New());
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("service_cert.pem is no certificate in PEM", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_not_taken_while_they_are_sealed_in_another_way()
    {
        var data = ledger.CopyOf(ledger.Data);
        Directory.CreateDirectory(Path.Combine(data, "keys.new"));
        Assert.NotEmpty(BackupFiles.Of(data, withSecrets: false, withSealKey: false).Files);
        Assert.Throws<LedgerHomeException>(() => BackupFiles.Of(data, withSecrets: true, withSealKey: false));
    }

    [Fact]
    public async Task Keys_are_all_of_one_look()
    {
        var (data, backup) = (ledger.CopyOf(ledger.Data), ledger.New());
        string[] names = ["keys/node.pem", "keys/service.pem"];
        var looks = 0;
        await RunAsync(data, backup, extras: () => Look(looks++));
        Assert.All(names, name => Assert.Equal("another", File.ReadAllText(Path.Combine(backup, name))));
        Assert.Equal(3, looks);

        // They change between two files at the first look, and are gone at the second, as `stele node seal` does it.
        IEnumerable<BackupExtra> Look(int look)
        {
            if (look == 1) Directory.Move(Path.Combine(data, "keys"), Path.Combine(data, "keys.old"));
            if (look == 2) Directory.Move(Path.Combine(data, "keys.old"), Path.Combine(data, "keys"));
            foreach (var name in names)
            {
                yield return new BackupExtra(Path.Combine(data, name), name, IsSecret: true);
                if (look == 0) Array.ForEach(names, one => File.WriteAllText(Path.Combine(data, one), "another"));
            }
        }
    }

    [Fact]
    public void A_key_that_others_can_read_is_not_taken()
    {
        var data = ledger.CopyOf(ledger.Data);
        var key = Path.Combine(data, "keys", "node.pem");
        File.SetUnixFileMode(key, File.GetUnixFileMode(key) | UnixFileMode.GroupRead);
        var refused = Assert.Throws<LedgerHomeException>(() => BackupFiles.Of(data, withSecrets: true, withSealKey: false));
        Assert.Contains($"chmod 600 {key}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("service_cert.pem")]
    [InlineData("ledger")]
    [InlineData("incoming")]
    public void A_symbolic_link_in_a_backup_is_no_file_of_it(string name)
    {
        var spoilt = ledger.CopyOf(ledger.Later);
        var (path, elsewhere) = (Path.Combine(spoilt, name), ledger.New());
        if (name == "service_cert.pem") File.Move(path, elsewhere);
        else if (name == "ledger") Directory.Move(path, elsewhere);
        else BackedUpLedger.Copy(spoilt, elsewhere);
        File.CreateSymbolicLink(path, elsewhere);
        Assert.Contains(Verify(spoilt).Faults,
            fault => fault.File == path && fault.Reason.Contains("symbolic link", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_backup_that_is_being_written_is_not_read()
    {
        var backup = ledger.CopyOf(ledger.Later);
        BackupDirectory.OpenWrite(backup, out var held);
        string[] restore = ["restore", backup, ledger.New(), "--without-secrets"];
        using (held)
            foreach (var line in new[] { ["backup", "verify", backup], restore })
                Assert.Contains("Another backup", (await SteleTool.RunAsync(line)).Errors, StringComparison.Ordinal);
        using (BackupDirectory.Hold(backup))
        {
            (await SteleTool.RunAsync(restore)).Ok();
            Assert.Contains("is being read", (await SteleTool.RunAsync("backup", ledger.Data, backup, "--with-secrets")).Errors,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_no_ledger_is_not_backed_up_and_nothing_is_made()
    {
        var (empty, target) = (ledger.New(), ledger.New());
        Directory.CreateDirectory(empty);
        foreach (var (source, why) in new[] { (empty, "is neither a node's data directory"), (ledger.Later + "/keys", "is neither") })
        {
            var run = await SteleTool.RunAsync("backup", source, target);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains(why, run.Errors, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(target));
    }

    [Fact]
    public async Task A_node_does_not_start_on_a_backup_and_leaves_it_as_it_is()
    {
        var backup = ledger.CopyOf(ledger.Later);
        var before = Directory.GetFileSystemEntries(backup, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var run = await SteleTool.RunAsync("up", "--virtual", "--data", backup, "--port", "0", "--identity-port", "0");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"stele restore {backup} DATA_DIR", run.Errors, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(backup, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        Assert.Empty(Verify(backup).Faults);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(true, 1)]
    [InlineData(true, 3)]
    [InlineData(true, 1000)]
    public async Task Whenever_a_run_is_cut_short_the_backup_of_before_or_the_new_one_is_whole(bool isCommitted, int moved)
    {
        var (earlier, later) = (Verify(ledger.Earlier).Manifest, Verify(ledger.Later).Manifest);
        var cut = ledger.CopyOf(ledger.Earlier);
        var fresh = later.Files.Except(earlier.Files).ToList();
        foreach (var file in fresh)
        {
            var path = Path.Combine(cut, "incoming", file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(Path.Combine(ledger.Later, file.Name), path);
        }
        // What was under way when it was cut.
        await File.WriteAllTextAsync(Path.Combine(cut, "incoming", "ledger", "ledger_1-9.committed"), "half", Cancel);
        if (isCommitted)
        {
            File.Copy(Path.Combine(ledger.Later, BackupManifest.FileName), Path.Combine(cut, BackupManifest.FileName), overwrite: true);
            foreach (var gone in earlier.Files.Where(file => later.Files.All(other => other.Name != file.Name)).Take(moved))
                File.Delete(Path.Combine(cut, gone.Name));
            foreach (var file in fresh.Take(moved))
                File.Move(Path.Combine(cut, "incoming", file.Name), Path.Combine(cut, file.Name), overwrite: true);
        }
        else
        {
            await File.WriteAllTextAsync(Path.Combine(cut, BackupManifest.FileName + ".new"), "{", Cancel);
        }

        var found = Verify(cut);
        Assert.Empty(found.Faults);
        Assert.Equal(isCommitted ? later.Last : earlier.Last, found.WholeUpTo);

        await RunAsync(ledger.Data, cut);
        Assert.True(Verify(cut).WholeUpTo >= later.Last);
        Assert.False(Directory.Exists(Path.Combine(cut, "incoming")));
        Assert.IsType<AuditReport.Verified>(await LedgerAuditor.AuditAsync(Path.Combine(cut, "ledger"), new AuditOptions(), Cancel));
    }

    [Fact]
    public async Task What_is_there_is_never_written_again_and_a_second_run_copies_only_what_is_new()
    {
        var backup = ledger.CopyOf(ledger.Earlier);
        var before = Directory.GetFiles(Path.Combine(backup, "ledger"), "*.committed").ToDictionary(path => path, File.GetLastWriteTimeUtc);
        var run = (await SteleTool.RunAsync("backup", ledger.Data, backup, "--with-secrets", "--with-seal-key", "--json")).Ok();
        Assert.All(before, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
        using var json = System.Text.Json.JsonDocument.Parse(run.Output);
        var manifest = Verify(backup).Manifest;
        Assert.Equal(manifest.Last.ToString(), json.RootElement.GetProperty("lastTransaction").GetString());
        Assert.True(json.RootElement.GetProperty("bytesCopied").GetInt64() < manifest.Size);
        var again = (await SteleTool.RunAsync("backup", ledger.Data, backup, "--with-secrets", "--with-seal-key")).Ok();
        Assert.Contains("nothing new", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_file_that_is_not_what_the_backup_has_is_named()
    {
        var data = ledger.CopyOf(ledger.Data);
        var path = Directory.GetFiles(Path.Combine(data, "ledger"), "ledger_1-*").Single();
        var (good, time) = (await File.ReadAllBytesAsync(path, Cancel), File.GetLastWriteTimeUtc(path));
        var bad = (byte[])good.Clone();
        bad[good.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bad, Cancel);
        await RefusedAsync("its bytes are not");
        File.SetLastWriteTimeUtc(path, time);
        await RefusedAsync("its bytes are not", "--compare-all");
        await File.WriteAllBytesAsync(path, good[..^1], Cancel);
        await RefusedAsync("bytes, and in the backup");

        async Task RefusedAsync(string why, params string[] more)
        {
            var backup = ledger.CopyOf(ledger.Later);
            var run = await SteleTool.RunAsync(["backup", data, backup, "--with-secrets", "--with-seal-key", .. more]);
            Assert.NotEqual(0, run.ExitCode);
            Assert.Contains(why, run.Errors, StringComparison.Ordinal);
            Assert.Contains(Path.Combine(data, "ledger", "ledger_1-"), run.Errors, StringComparison.Ordinal);
            Assert.Empty(Verify(backup).Faults);
        }
    }

    [Theory]
    [InlineData("closed", false)]
    [InlineData("closed", true, "--compare-all")]
    [InlineData("open", false)]
    [InlineData("open", true)]
    [InlineData("point", false)]
    [InlineData("point", true)]
    [InlineData("key", false)]
    [InlineData("key", true)]
    public async Task A_file_of_the_backup_that_is_gone_or_damaged_ends_the_run(string kind, bool isThere, params string[] more)
    {
        var backup = ledger.CopyOf(ledger.Later);
        await RunAsync(ledger.Data, backup);
        var path = Directory.GetFiles(backup, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First(path => kind switch
        {
            "closed" => path.EndsWith(".committed", StringComparison.Ordinal),
            "open" => Regex.IsMatch(path, "/ledger_[0-9]+$"),
            "point" => Path.GetFileName(path).StartsWith("point_", StringComparison.Ordinal),
            _ => path.EndsWith("/keys/node.pem", StringComparison.Ordinal),
        });
        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        bytes[bytes.Length / 2] ^= 1;
        if (isThere) await File.WriteAllBytesAsync(path, bytes, Cancel);
        else File.Delete(path);
        var refused = await SteleTool.RunAsync(["backup", ledger.Data, backup, "--with-secrets", "--with-seal-key", .. more]);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains($"{path}: it", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("begin another backup", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_in_the_ledger_is_not_backed_up()
    {
        var data = ledger.CopyOf(ledger.Data);
        var path = Directory.GetFiles(Path.Combine(data, "ledger"), "*.committed").Order().Last();
        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        bytes[bytes.Length / 3] ^= 4;
        await File.WriteAllBytesAsync(path, bytes, Cancel);
        var run = await SteleTool.RunAsync("backup", data, ledger.New());
        Assert.Equal(3, run.ExitCode);
        Assert.Contains(path, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_run_counts_in_steps_and_what_was_interrupted_goes_on_from_the_last()
    {
        var (data, backup) = (ledger.CopyOf(ledger.Data), ledger.New());
        var spoilt = Directory.GetFiles(Path.Combine(data, "ledger"), "*.committed").OrderByDescending(File.GetLastWriteTimeUtc).First();
        var good = await File.ReadAllBytesAsync(spoilt, Cancel);
        var bad = (byte[])good.Clone();
        bad[200] ^= 1;
        await File.WriteAllBytesAsync(spoilt, bad, Cancel);
        await Assert.ThrowsAsync<LedgerCorruptException>(() => RunAsync(data, backup, stepBytes: 1));
        var begun = Verify(backup);
        Assert.Empty(begun.Faults);
        Assert.True(begun.WholeUpTo.SeqNo.Value > 100);

        await File.WriteAllBytesAsync(spoilt, good, Cancel);
        var report = await RunAsync(data, backup, stepBytes: 1);
        Assert.Equal(begun.WholeUpTo, report.Before);
        Assert.True(Verify(backup).WholeUpTo >= Verify(ledger.Later).WholeUpTo);
    }

    [Fact]
    public async Task On_a_full_disk_the_backup_of_before_stays_and_the_next_run_finishes()
    {
        using var disk = new SmallDisk(4 << 20);
        var backup = Path.Combine(disk.Path, "backup");
        BackedUpLedger.Copy(ledger.Earlier, backup);
        var ballast = Path.Combine(disk.Path, "ballast");
        using (var file = File.Create(ballast))
            file.Write(new byte[(int)new DriveInfo(disk.Path).AvailableFreeSpace - (20 << 10)]);
        var run = await SteleTool.RunAsync("backup", ledger.Data, backup, "--with-secrets", "--with-seal-key");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("No space is left", run.Errors, StringComparison.Ordinal);
        Assert.Empty(Verify(backup).Faults);
        File.Delete(ballast);
        (await SteleTool.RunAsync("backup", ledger.Data, backup, "--with-secrets", "--with-seal-key")).Ok();
        Assert.True(Verify(backup).WholeUpTo >= Verify(ledger.Later).WholeUpTo);
    }

    [Fact]
    public async Task A_backup_of_another_service_is_not_taken_for_ones_own()
    {
        var (own, other) = (Path.Combine(ledger.Data, "service_cert.pem"), Path.Combine(ledger.Data, "identity_ca.pem"));
        (await SteleTool.RunAsync("backup", "verify", ledger.Later, "--service-cert", own)).Ok();
        Assert.Equal(3, (await SteleTool.RunAsync("backup", "verify", ledger.Later, "--service-cert", other)).ExitCode);
        string[] restore = ["restore", ledger.Later, ledger.New(), "--without-secrets", "--service-cert", other];
        Assert.Equal(3, (await SteleTool.RunAsync(restore)).ExitCode);
    }

    [Fact]
    public async Task Nothing_secret_is_in_it_unless_that_is_asked_for()
    {
        var backup = ledger.New();
        (await SteleTool.RunAsync("backup", ledger.Data, backup)).Ok();
        foreach (var path in Directory.GetFiles(backup, "*", SearchOption.AllDirectories))
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(path, Cancel));
            Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
            Assert.DoesNotContain("stele-sealed", text, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(Path.Combine(backup, "keys")));

        var sealedOnly = ledger.New();
        var run = (await SteleTool.RunAsync("backup", ledger.Data, sealedOnly, "--with-secrets")).Ok();
        Assert.Contains("seal-key: it opens the others", run.Errors, StringComparison.Ordinal);
        var keys = Directory.GetFiles(Path.Combine(sealedOnly, "keys"));
        Assert.All(keys, path => Assert.StartsWith("stele-sealed", File.ReadAllText(path), StringComparison.Ordinal));
        Assert.All(keys, path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
        Assert.Contains("ledger-secret", keys.Select(Path.GetFileName));
        Assert.DoesNotContain("member0_enc.pem", keys.Select(Path.GetFileName));
        Assert.Equal(1, (await SteleTool.RunAsync("backup", ledger.Data, sealedOnly)).ExitCode);
    }

    [Fact]
    public async Task A_new_disk_is_empty_though_its_file_system_has_made_a_directory_on_it()
    {
        var (backup, data) = (ledger.New(), ledger.New());
        foreach (var disk in new[] { backup, data }) Directory.CreateDirectory(Path.Combine(disk, "lost+found"));
        var taken = (await SteleTool.RunAsync("backup", ledger.Data, backup)).Ok();
        var certificate = SHA256.HashData(CertificateOf(ledger.Data));
        Assert.Contains($"(SHA-256): {BitConverter.ToString(certificate).Replace('-', ':')}\n", taken.Output, StringComparison.Ordinal);
        var restored = (await SteleTool.RunAsync("restore", backup, data)).Ok();
        Assert.Contains($"service   {BitConverter.ToString(certificate).Replace('-', ':')}\n", restored.Output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(data, "lost+found")));
        var up = await SteleTool.RunAsync("up", "--data", data, "--port", "0", "--identity-port", "0");
        Assert.Equal(1, up.ExitCode);
        Assert.Contains($"stele recover --ledger {data}", up.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(data, "keys")));

        var file = ledger.New();
        Directory.CreateDirectory(file);
        await File.WriteAllTextAsync(Path.Combine(file, "lost+found"), "x", Cancel);
        Assert.Contains("is not empty", (await SteleTool.RunAsync("restore", backup, file)).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_holds_something_else_is_refused_and_so_is_a_second_run_at_once()
    {
        var other = ledger.New();
        Directory.CreateDirectory(other);
        await File.WriteAllTextAsync(Path.Combine(other, "photo"), "x", Cancel);
        var refused = await SteleTool.RunAsync("backup", ledger.Data, other);
        Assert.Contains("is no backup, and not empty", refused.Errors, StringComparison.Ordinal);
        var link = ledger.New();
        File.CreateSymbolicLink(link, Path.Combine(ledger.Data, "keys"));
        foreach (var within in new[] { Path.Combine(ledger.Data, "backup"), Path.Combine(link, "backup"), link })
            Assert.Contains("lies within the data directory", (await SteleTool.RunAsync("backup", ledger.Data, within)).Errors,
                StringComparison.Ordinal);

        var backup = ledger.CopyOf(ledger.Later);
        BackupDirectory.OpenWrite(backup, out var held);
        using (held)
            Assert.Contains("Another backup", (await SteleTool.RunAsync("backup", ledger.Data, backup, "--with-secrets")).Errors,
                StringComparison.Ordinal);
    }

    private static List<string> FilesOf(string backup) =>
        [.. BackupDirectory.OpenRead(backup).Manifest!.Files.Select(file => Path.Combine(backup, file.Name))];

    private static byte[] Flipped(byte[] bytes, int at)
    {
        var bad = (byte[])bytes.Clone();
        bad[at] ^= 0x10;
        return bad;
    }

    // As whoever can write to the backup can: the checksum is no signature.
    private static void Rewrite(string backup, Func<string, string> change)
    {
        var path = Path.Combine(backup, BackupManifest.FileName);
        var text = File.ReadAllText(path);
        var end = text.LastIndexOf(",\n\"sha256\"", StringComparison.Ordinal);
        var inner = change(text[text.IndexOf('{', 1)..end]);
        var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(inner)));
        File.WriteAllText(path, $"{{\"backup\": {inner},\n\"sha256\": \"{checksum}\"}}\n");
    }

    // What the command does, without a process of its own.
    private static async Task<BackupReport> RunAsync(
        string data, string backup, long stepBytes = 1 << 20, Func<IEnumerable<BackupExtra>>? extras = null)
    {
        var source = new BackupSource
        {
            LedgerDirectory = Path.Combine(data, "ledger"),
            HeadFile = Path.Combine(data, "head"),
            ServiceCertificateFile = Path.Combine(data, "service_cert.pem"),
            StepBytes = stepBytes,
            Extras = extras ?? (() => []),
        };
        var target = BackupDirectory.OpenWrite(backup, out var held);
        using (held) return await new LedgerBackup(source, target, TimeProvider.System).RunAsync(Cancel);
    }

    private static byte[] CertificateOf(string data)
    {
        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(data, "service_cert.pem")));
        return certificate.RawData;
    }

    private static BackupVerdict Verify(string backup) => BackupVerification.Run(BackupDirectory.OpenRead(backup), Cancel);
}
