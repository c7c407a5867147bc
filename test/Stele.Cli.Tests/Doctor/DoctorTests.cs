using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Stele.Cli.Tests.Backups;
using Stele.Server.Attestation;
using Stele.Server.Doctor;
using Stele.Server.Sealing;

namespace Stele.Cli.Tests.Doctor;

/// <summary>stele doctor, with each fault really made.</summary>
public sealed class DoctorTests(BackedUpLedger ledger) : IClassFixture<WhenBackedUp>
{
    private const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_is_well_passes_and_nothing_of_it_changes()
    {
        var data = Healthy();
        var before = Picture(data);
        var stopped = await DoctorAsync(data);
        Assert.Equal(0, stopped.ExitCode);
        foreach (var check in new[] { "directory", "ledger", "keys", "certificates", "clock", "disk", "ports" })
            Assert.Contains(stopped.Findings, finding => finding.Check == check && finding.Level == "ok");
        Assert.Contains(stopped.Findings, finding => finding.Check == "clock"
            && finding.What.StartsWith("later than the last signature", StringComparison.Ordinal));
        Assert.Equal(before, Picture(data));

        await using var node = await RunningLedger.StartAsync(data);
        var running = await DoctorAsync(data);
        Assert.Equal(0, running.ExitCode);
        Assert.Contains(running.Findings, finding => finding is { Level: "ok", Check: "node" }
            && finding.What.Contains("takes writes", StringComparison.Ordinal));
        await node.StopAsync();
    }

    [Theory]
    [InlineData("mode", "keys/service.pem can be read by others", "chmod 600")]
    [InlineData("missing", "service_cert.pem is missing", "backup")]
    [InlineData("keys", "has been altered", "backup")]
    [InlineData("seal", "seal-key is missing", "--seal")]
    [InlineData("head", "head is missing or damaged", "--accept-ledger-end")]
    [InlineData("truncated", "had made", "backup")]
    [InlineData("torn", "is cut short", "stele audit")]
    [InlineData("gap", "where", "stele audit")]
    [InlineData("expired", "node_cert.pem expired", "Restart")]
    [InlineData("foreign", "node_cert.pem is not one of this service's", "backup")]
    [InlineData("swapped", "is not the certificate of the key", "Restore both")]
    [InlineData("text", "is no certificate in PEM", "backup")]
    public async Task A_fault_is_found_and_it_says_what_to_do(string fault, string what, string advice)
    {
        var data = Healthy();
        Spoil(data, fault);
        var run = await LookAsync(data);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(run.Findings, finding => finding.Level == "fail"
            && finding.What.Contains(what, StringComparison.Ordinal) && finding.Do!.Contains(advice, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("open", "can be entered by others")]
    [InlineData("person", "is a person's key")]
    [InlineData("snapshot", "snapshot_")]
    [InlineData("tail", "bytes behind byte")]
    public async Task What_still_works_is_a_warning(string fault, string what)
    {
        var data = Healthy();
        Spoil(data, fault);
        var run = await LookAsync(data);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(run.Findings, finding => finding.Level == "warn" && finding.What.Contains(what, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_a_running_node_is_renaming_is_looked_for_again()
    {
        var data = Healthy();
        using var held = File.OpenHandle(
            Path.Combine(data, "head.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var chunk = Directory.GetFiles(Path.Combine(data, "ledger"), "ledger_1-*").Single();
        File.Move(chunk, chunk + ".ignored");
        var run = await LookAsync(data, new Meanwhile(() => File.Move(chunk + ".ignored", chunk)));
        Assert.DoesNotContain(run.Findings, finding => finding is { Level: "fail", Check: "ledger" });
        Assert.Contains(run.Findings, finding => finding is { Level: "ok", Check: "ledger" });
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"ledger\":5}")]
    [InlineData("{\"ledger\":\"here\",\"identity\":\"there\",\"ledgerId\":\"a\"}")]
    [InlineData("{}")]
    [InlineData("{")]
    public async Task A_damaged_file_of_addresses_is_a_finding_among_others(string endpoint)
    {
        var data = Healthy();
        using var held = File.OpenHandle(
            Path.Combine(data, "head.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        await File.WriteAllTextAsync(Path.Combine(data, "endpoint.json"), endpoint, Cancel);
        var run = await LookAsync(data);
        Assert.Contains(run.Findings, finding => finding is { Level: "fail", Check: "node" }
            && finding.What.Contains("endpoint.json is damaged", StringComparison.Ordinal));
        Assert.Contains(run.Findings, finding => finding is { Level: "ok", Check: "ledger" });
    }

    [Fact]
    public async Task A_backup_is_said_to_be_one_and_nothing_is_missed_in_it()
    {
        var found = Assert.Single((await LookAsync(ledger.CopyOf(ledger.Later))).Findings, finding => finding.Level != "ok");
        Assert.Contains("is a backup", found.What, StringComparison.Ordinal);
        Assert.Contains("stele restore", found.Do, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_none_is_a_finding_among_others()
    {
        var data = Healthy();
        var nothing = Path.Combine(data, "nothing.pem");
        await File.WriteAllTextAsync(nothing, "nothing", Cancel);
        var run = await DoctorAsync(data, "--url", "https://127.0.0.1:1", "--service-cert", nothing);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(run.Findings, finding => finding is { Level: "fail", Check: "node" }
            && finding.What.Contains("nothing.pem is no certificate", StringComparison.Ordinal));
        Assert.Contains(run.Findings, finding => finding is { Level: "ok", Check: "ledger" });
    }

    [Fact]
    public void A_data_directory_that_a_start_makes_is_its_owners_alone() =>
        Assert.Equal(Owners | UnixFileMode.UserExecute, File.GetUnixFileMode(ledger.Data));

    [Fact]
    public async Task A_port_that_another_program_has_is_found()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var run = await DoctorAsync(Healthy(), "--port", $"{((IPEndPoint)other.LocalEndpoint).Port}");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(run.Findings, finding => finding is { Level: "fail", Check: "ports" });
    }

    [Theory]
    [InlineData("environment")]
    [InlineData("stele.json")]
    [InlineData("--config")]
    public async Task What_the_node_is_told_counts_for_the_doctor_too(string way)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var (data, port) = (Healthy(), ((IPEndPoint)other.LocalEndpoint).Port);
        var start = SteleTool.StartInfo("doctor", "--json", "--identity-port", "0");
        if (way != "--config") start.ArgumentList.Add(data);
        if (way == "environment")
        {
            (start.Environment["STELE_PORT"], start.Environment["STELE_SEAL"]) = ($"{port}", "key-file:/nowhere/key");
        }
        else
        {
            var file = Path.Combine(data, way == "--config" ? "settings.json" : "stele.json");
            var where = way == "--config" ? $", \"data\": \"{data}\"" : "";
            await File.WriteAllTextAsync(file, $"{{\"port\": {port}, \"seal\": \"key-file:/nowhere/key\"{where}}}", Cancel);
            if (way == "--config") foreach (var argument in new[] { way, file }) start.ArgumentList.Add(argument);
        }
        var findings = (await Finished.RunAsync(start)).Lines.Select(Finding.Parse).ToList();
        Assert.Contains(findings, found => found is { Level: "fail", Check: "ports" }
            && found.What.Contains($":{port}", StringComparison.Ordinal));
        Assert.Contains(findings, found => found is { Level: "fail", Check: "keys" }
            && found.What.Contains("/nowhere/key is missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_etcd_that_is_not_there_is_found()
    {
        var port = FreePorts.Take(1)[0];
        var run = await DoctorAsync(null, "--etcd", $"http://127.0.0.1:{port}");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(run.Findings, finding => finding is { Level: "fail", Check: "etcd" }
            && finding.What.Contains("no majority", StringComparison.Ordinal));
        Assert.Contains(run.Findings, finding => finding is { Level: "warn", Check: "etcd" }
            && finding.What.Contains("without TLS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_that_does_not_answer_or_is_another_ledgers_is_found()
    {
        var port = FreePorts.Take(1)[0];
        var service = Path.Combine(ledger.Data, "service_cert.pem");
        var silent = await DoctorAsync(null, "--url", $"https://127.0.0.1:{port}", "--service-cert", service);
        Assert.Equal(1, silent.ExitCode);
        Assert.Contains(silent.Findings, finding => finding is { Level: "fail", Check: "node" });

        await using var other = await RunningLedger.StartAsync(ledger.New());
        var foreign = await DoctorAsync(null, "--url", other.Uri.ToString(), "--service-cert", service);
        Assert.Contains(foreign.Findings, finding => finding.Level == "fail"
            && finding.Do!.Contains("no certificate of this service", StringComparison.Ordinal));
        var own = await DoctorAsync(null, "--url", other.Uri.ToString(), "--service-cert", other.ServiceCertificate);
        Assert.Equal(0, own.ExitCode);
        Assert.Contains(own.Findings, finding => finding is { Level: "ok", Check: "clock" });
        await other.StopAsync();
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_said_so() =>
        Assert.Equal(1, (await LookAsync(ledger.New())).ExitCode);

    [Fact]
    public async Task A_full_disk_and_one_in_memory_are_found()
    {
        using var disk = new SmallDisk(4 << 20);
        var data = Path.Combine(disk.Path, "data");
        BackedUpLedger.Copy(Healthy(), data);
        var run = await LookAsync(data);
        Assert.Contains(run.Findings, finding => finding is { Level: "warn", Check: "disk" }
            && finding.What.Contains("in memory", StringComparison.Ordinal));
        Assert.Contains(run.Findings, finding => finding is { Level: "fail", Check: "disk" }
            && finding.What.Contains("are free", StringComparison.Ordinal));
    }

    private static void Spoil(string data, string fault)
    {
        string At(string name) => Path.Combine(data, name);
        var chunks = Directory.GetFiles(At("ledger"));
        var open = chunks.Single(path => !path.EndsWith(".committed", StringComparison.Ordinal));
        switch (fault)
        {
            case "mode": File.SetUnixFileMode(At("keys/service.pem"), Owners | UnixFileMode.OtherRead); break;
            case "open":
                File.SetUnixFileMode(data, Owners | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
                break;
            case "missing": File.Delete(At("service_cert.pem")); break;
            case "keys": Flip(At("keys/node.pem")); break;
            case "seal": File.Delete(At("keys/seal-key")); break;
            case "head": File.Delete(At("head")); break;
            case "truncated": File.Delete(open); break;
            case "torn": using (var file = File.OpenWrite(open)) file.SetLength(file.Length - 3); break;
            case "tail": File.AppendAllText(open, "torn"); break;
            case "gap": File.Delete(chunks.First(path => path.Contains("ledger_1-", StringComparison.Ordinal))); break;
            case "text": File.WriteAllText(At("node_cert.pem"), "nothing"); break;
            case "expired": WriteCertificate(data, DateTimeOffset.UnixEpoch.AddYears(50)); break;
            case "foreign": File.Copy(At("identity_cert.pem"), At("node_cert.pem"), overwrite: true); break;
            case "swapped": File.Copy(At("identity_cert.pem"), At("node_cert.pem"), overwrite: true); break;
            case "person": File.WriteAllText(At("administrator.pem"), "x"); File.SetUnixFileMode(At("administrator.pem"), Owners); break;
            case "snapshot":
                Directory.CreateDirectory(At("snapshots"));
                File.WriteAllText(At("snapshots/snapshot_10_11.committed"), "none");
                break;
            default: throw new ArgumentException("No such fault.", nameof(fault));
        }
    }

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static void WriteCertificate(string data, DateTimeOffset from)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest("CN=CCF Node", key, HashAlgorithmName.SHA384);
        using var certificate = request.CreateSelfSigned(from, from.AddYears(1));
        File.WriteAllText(Path.Combine(data, "node_cert.pem"), certificate.ExportCertificatePem());
    }

    // Persons' keys are handed out, as they should be.
    private string Healthy()
    {
        var data = ledger.CopyOf(ledger.Data);
        foreach (var directory in new[] { data, Path.Combine(data, "keys") })
            File.SetUnixFileMode(directory, Owners | UnixFileMode.UserExecute);
        foreach (var name in new[] { "administrator.pem", "keys/member0.pem", "keys/member0_enc.pem" })
            File.Delete(Path.Combine(data, name));
        return data;
    }

    // What the command does, without a process of its own.
    private static async Task<Run> LookAsync(string data, TimeProvider? time = null)
    {
        var findings = await Checkup.RunAsync(
            new CheckupOptions
            {
                DataDirectory = data,
                Sealing = new SealOptions(null, new PlatformOptions()),
                Address = "127.0.0.1",
                Ports = FreePorts.Take(1),
            },
            time ?? TimeProvider.System, Cancel);
        return new Run(
            findings.Any(finding => finding.Level == FindingLevel.Fail) ? 1 : 0,
            [.. findings.Select(found => new Finding(found.Level.ToString().ToLowerInvariant(), found.Check, found.What, found.Advice))]);
    }

    private static string Picture(string data) => string.Join('\n', Directory.GetFileSystemEntries(data, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(path => $"{path} {File.GetUnixFileMode(path)} {File.GetLastWriteTimeUtc(path):O} "
            + (File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "")));

    private static async Task<Run> DoctorAsync(string? data, params string[] more)
    {
        var ports = FreePorts.Take(2);
        string[] port = more.Contains("--port") ? [] : ["--port", $"{ports[0]}"];
        string[] directory = data is null ? [] : [data];
        var run = await SteleTool.RunAsync(["doctor", .. directory, "--json", "--identity-port", $"{ports[1]}", .. port, .. more]);
        Assert.True(run.ExitCode is 0 or 1, run.ToString());
        return new Run(run.ExitCode, [.. run.Lines.Select(Finding.Parse)]);
    }

    // Does something when somebody first waits.
    private sealed class Meanwhile(Action what) : TimeProvider
    {
        private Action? _what = what;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Exchange(ref _what, null)?.Invoke();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    private sealed record Run(int ExitCode, IReadOnlyList<Finding> Findings);

    private sealed record Finding(string Level, string Check, string What, string? Do)
    {
        public static Finding Parse(string line)
        {
            using var json = JsonDocument.Parse(line);
            string Text(string name) => json.RootElement.GetProperty(name).GetString()!;
            var advice = json.RootElement.TryGetProperty("do", out _) ? Text("do") : null;
            var finding = new Finding(Text("level"), Text("check"), Text("what"), advice);
            Assert.True(finding.Level == "ok" || finding.Do is { Length: > 10 }, line);
            return finding;
        }
    }
}
