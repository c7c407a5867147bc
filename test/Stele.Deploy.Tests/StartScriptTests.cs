using System.Diagnostics;

namespace Stele.Deploy.Tests;

/// <summary>The script that decides what a pod's node does: it is run, with a stand-in for the tool that prints its arguments.</summary>
public sealed class StartScriptTests : IDisposable
{
    private const string NoCertificate = "\n";
    private const string Certificate = "-----BEGIN CERTIFICATE-----\n";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_first_pod_founds_the_network()
    {
        var arguments = await RunAsync("", "books-stele-0", NoCertificate);
        Assert.Equal(["node", "start"], arguments[..2]);
        Assert.Equal("https://books-stele-0.books-stele-nodes.ledgers.svc.cluster.local:8443", After(arguments, "--node-address"));
        Assert.Equal(3, After(arguments, "--etcd").Split(',').Length);
        Assert.Contains("books-stele.ledgers.svc", arguments);
        Assert.DoesNotContain("--virtual", arguments);
    }

    [Theory, InlineData("books-stele-0"), InlineData("books-stele-1")]
    public async Task Every_pod_without_data_joins_once_there_is_a_network(string pod)
    {
        var arguments = await RunAsync("", pod, Certificate);
        Assert.Equal(["node", "join"], arguments[..2]);
        Assert.Equal("https://books-stele.ledgers.svc.cluster.local:8443", After(arguments, "--from"));
        Assert.Equal(Path.Combine(_folder, "service_cert.pem"), After(arguments, "--service-cert"));
    }

    [Theory, InlineData("books-stele-0", NoCertificate), InlineData("books-stele-1", Certificate)]
    public async Task A_node_of_the_network_is_started(string pod, string certificate)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "data/keys"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "data/keys/ledger-secret"), "", TestContext.Current.CancellationToken);
        Assert.Equal(["node", "start"], (await RunAsync("", pod, certificate))[..2]);
    }

    [Fact]
    public async Task All_settings_are_passed_on()
    {
        var arguments = await RunAsync("external", "books-stele-0", Certificate);
        Assert.Equal("100000", After(arguments, "--snapshot-entries"));
        Assert.Equal("2097152", After(arguments, "--entry-max"));
        Assert.Equal("1073741824", After(arguments, "--etcd-bytes-max"));
        Assert.Equal("5", After(arguments, "--lease"));
        Assert.Equal("9464", After(arguments, "--metrics-port"));
        Assert.Equal("0.0.0.0", After(arguments, "--metrics-address"));
        Assert.Equal("information", After(arguments, "--log-level"));
        Assert.Equal("json", After(arguments, "--log-format"));
        Assert.Contains("--public", arguments);
        Assert.Contains("--virtual", arguments);
        Assert.Contains("ledger.example.org", arguments);
        Assert.Equal("https://books-stele.ledgers.svc.cluster.local:443", After(arguments, "--from"));
        Assert.EndsWith("https://etcd-2.example.org:12379", After(arguments, "--etcd"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_pod_alone_begins_the_store_anew()
    {
        Assert.Contains("--begin-store", await RunAsync("lost", "books-stele-2", Certificate));
        Assert.DoesNotContain("--begin-store", await RunAsync("lost", "books-stele-1", Certificate));
        Assert.DoesNotContain("--begin-store", await RunAsync("", "books-stele-2", Certificate));
    }

    [Fact]
    public async Task The_tool_has_every_option() => Tool.Has(
    [
        .. await RunAsync("external", "books-stele-1", Certificate), .. await RunAsync("lost", "books-stele-2", Certificate),
    ]);

    private static string After(string[] arguments, string option) => arguments[Array.IndexOf(arguments, option) + 1];

    private async Task<string[]> RunAsync(string values, string pod, string certificate)
    {
        var map = (await RenderedChart.WithAsync(values)).One("ConfigMap", "books-stele").At("data");
        string Write(string name, string text)
        {
            var path = Path.Combine(_folder, name);
            File.WriteAllText(path, text);
            return path;
        }
        var tool = Write("stele", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        var start = new ProcessStartInfo("/bin/sh", [Write("start.sh", map.Text("start.sh"))])
        {
            Environment =
            {
                ["POD_NAME"] = pod,
                ["STELE_DATA"] = Path.Combine(_folder, "data"),
                ["SERVICE_CERTIFICATE"] = Write("service_cert.pem", certificate),
                ["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}",
            },
        };
        return (await Finished.RunAsync(start)).Ok().Lines;
    }
}
