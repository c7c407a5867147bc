using System.Diagnostics;
using System.Globalization;

namespace Stele.Deploy.Tests;

/// <summary>The units for virtual machines, as systemd itself reads them; and the certificates that etcd is given.</summary>
public sealed class SystemdTests : IDisposable
{
    private const string Analyze = "/usr/bin/systemd-analyze";

    private static readonly string Units = Path.Combine(Repository.Root, "deploy/systemd");

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_node_s_unit()
    {
        var unit = await UnitAsync();
        var found = await AnalyzeAsync("verify", "--man=no", unit);
        Assert.Equal("", found.Ok().Output + found.Errors);
    }

    [Fact]
    public async Task Systemd_takes_the_drop_in_for_etcd()
    {
        var unit = Path.Combine(_folder, "etcd.service");
        await File.WriteAllTextAsync(
            unit, "[Unit]\nDescription=etcd\n[Service]\nType=notify\nUser=root\nExecStart=/bin/true\n",
            TestContext.Current.CancellationToken);
        var dropIns = Directory.CreateDirectory(unit + ".d").FullName;
        File.Copy(Path.Combine(Units, "etcd.service.d/stele.conf"), Path.Combine(dropIns, "stele.conf"));
        var found = await AnalyzeAsync("verify", "--man=no", unit);
        Assert.Equal("", found.Ok().Output + found.Errors);

        // That it is read at all shows in what is wrong with it.
        await File.AppendAllTextAsync(Path.Combine(dropIns, "stele.conf"), "NoSuchSetting=1\n", TestContext.Current.CancellationToken);
        Assert.Contains("NoSuchSetting", (await AnalyzeAsync("verify", "--man=no", unit)).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_node_is_exposed_little()
    {
        // systemd's own measure, from 0.0 to 10.0; its threshold is in tenths.
        const int tenths = 20;
        var threshold = tenths.ToString(CultureInfo.InvariantCulture);
        (await AnalyzeAsync("security", "--offline=true", "--no-pager", $"--threshold={threshold}", await UnitAsync())).Ok();
    }

    [Fact]
    public async Task The_environment_file_makes_a_command_line()
    {
        var settings = (await File.ReadAllLinesAsync(Path.Combine(Units, "node.env"), TestContext.Current.CancellationToken))
            .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('=', 2)).ToDictionary(one => one[0], one => one[1]);
        var unit = await File.ReadAllTextAsync(Path.Combine(Units, "stele.service"), TestContext.Current.CancellationToken);
        Assert.All(settings.Keys, name => Assert.Contains($"${name}", unit, StringComparison.Ordinal));
        Assert.Contains("--node-address https://", settings["STELE_ARGUMENTS"], StringComparison.Ordinal);
        // systemd takes quotes and backslashes in such a file as a shell does; there are none to be taken.
        Assert.All(settings.Values, value => Assert.DoesNotContain(value, one => one is '"' or '\'' or '\\'));
        Tool.Has(settings["STELE_ARGUMENTS"].Split(' '));
    }

    [Fact]
    public async Task Etcd_s_certificates_are_good_for_both_sides_and_made_once()
    {
        Requirement.Met(File.Exists("/usr/bin/openssl"), "openssl is not installed: eng/install-test-needs.sh.");
        var script = Path.Combine(Repository.Root, "deploy/etcd/certificates.sh");
        var make = new ProcessStartInfo(script, [_folder, "etcd1.example.org,10.0.0.1", "etcd2.example.org"]);
        (await Finished.RunAsync(make)).Ok();
        async Task VerifyAsync(string purpose, string certificate, params string[] more) =>
            (await Finished.RunAsync(new ProcessStartInfo(
                "openssl",
                ["verify", "-CAfile", At("ca.crt"), "-purpose", purpose, "-x509_strict", .. more, At(certificate)]))).Ok();
        await VerifyAsync("sslserver", "etcd1.example.org.crt", "-verify_hostname", "etcd1.example.org");
        await VerifyAsync("sslserver", "etcd1.example.org.crt", "-verify_ip", "10.0.0.1");
        await VerifyAsync("sslclient", "etcd2.example.org.crt");
        await VerifyAsync("sslclient", "client.crt");

        var key = await File.ReadAllTextAsync(At("client.key"), TestContext.Current.CancellationToken);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("client.key")));
        (await Finished.RunAsync(make)).Ok();
        Assert.Equal(key, await File.ReadAllTextAsync(At("client.key"), TestContext.Current.CancellationToken));
    }

    private string At(string name) => Path.Combine(_folder, name);

    // The program is on no test machine; everything else is as it is installed.
    private async Task<string> UnitAsync()
    {
        var unit = At("stele.service");
        var text = await File.ReadAllTextAsync(Path.Combine(Units, "stele.service"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(unit, text.Replace("/opt/stele/stele", "/bin/true", StringComparison.Ordinal));
        return unit;
    }

    private static Task<Finished> AnalyzeAsync(params string[] arguments)
    {
        Requirement.Met(File.Exists(Analyze), "systemd is not installed: eng/install-test-needs.sh.");
        return Finished.RunAsync(new ProcessStartInfo(Analyze, arguments));
    }
}
