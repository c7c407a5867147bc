using System.Text.Json;

namespace Stele.Cli.Tests.Configuration;

/// <summary>Settings from the command line, the environment and a file.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;
    private readonly Dictionary<string, string> _environment = [];

    private string FilePath => Path.Combine(_directory, "stele.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_command_line_counts_before_the_environment_before_the_file_before_the_default()
    {
        Write(
            """
            { "port": 1001, "identity-port": 1002, "address": "10.0.0.1", // why not
              "host": ["a", "b"], "verify-all": true, "$schema": "x", }
            """);
        _environment["STELE_PORT"] = "2001";
        _environment["STELE_IDENTITY_PORT"] = "2002";
        _environment["STELE_MEMBER"] = "one.pem, two.pem";
        var settings = Shown(await RunProcessAsync("config", "show", "up", "--data", _directory, "--port", "3001"));
        Assert.Equal(("3001", "command line"), settings["port"]);
        Assert.Equal(("2002", "environment, STELE_IDENTITY_PORT"), settings["identity-port"]);
        Assert.Equal(("10.0.0.1", $"file, {FilePath}"), settings["address"]);
        Assert.Equal(("a,b", $"file, {FilePath}"), settings["host"]);
        Assert.Equal(("true", $"file, {FilePath}"), settings["verify-all"]);
        Assert.Equal(("one.pem,two.pem", "environment, STELE_MEMBER"), settings["member"]);
        Assert.Equal(("true", "environment, STELE_VIRTUAL"), settings["virtual"]);
        Assert.Equal(("1048576", "default"), settings["entry-max"]);
    }

    [Fact]
    public async Task A_file_may_be_named_and_is_the_only_one_then()
    {
        Write("""{"port": 1}""");
        var named = Path.Combine(_directory, "other.json");
        await File.WriteAllTextAsync(named, $$"""{"data": "{{_directory}}", "lease": 7}""", TestContext.Current.CancellationToken);
        _environment["STELE_CONFIG"] = named;
        var settings = await ShowAsync("up");
        Assert.Equal((_directory, $"file, {named}"), settings["data"]);
        Assert.Equal("8443", settings["port"].Value);
        // A file of all commands: this one has no use for a lease, and says so.
        Assert.DoesNotContain("lease", settings.Keys);
        Assert.Contains($"lease (file, {named}) is of other commands", (await RunAsync("config", "show", "up")).Errors,
            StringComparison.Ordinal);
        Assert.Equal(("7", $"file, {named}"), (await ShowAsync("node", "start", "--etcd", "http://127.0.0.1:1"))["lease"]);
    }

    [Fact]
    public async Task Vaults_own_variables_count_and_what_a_url_says_of_its_user_is_not_shown()
    {
        _environment["VAULT_CACERT"] = "/etc/vault.pem";
        var settings = await ShowAsync("node", "join", "--etcd", "https://user:secret@10.0.0.9:2379");
        Assert.Equal(("/etc/vault.pem", "environment, VAULT_CACERT"), settings["seal-ca"]);
        Assert.Equal("https://***@10.0.0.9:2379", settings["etcd"].Value);
    }

    [Theory]
    [InlineData("""{"prot": 1}""", "has prot, which is no option: did you mean port?")]
    [InlineData("""{"something-else": 1}""", "has something-else, which is no option: `stele config schema`")]
    [InlineData("""{"port": 65536}""", "port in FILE is 65536, and that is wrong: --port must be a port: 0 to 65535.")]
    [InlineData("""{"port": "8443"}""", "port in FILE must be a whole number, not \"8443\".")]
    [InlineData("""{"public": "yes"}""", "public in FILE must be true or false, not \"yes\".")]
    [InlineData("""{"accept-ledger-end": true}""", "accept-ledger-end in FILE is for one start alone: say --accept-ledger-end on")]
    [InlineData("""{"host": [1]}""", "host in FILE must be a string, or a list of strings, not 1.")]
    [InlineData("""{"log-level": "loud"}""", "log-level in FILE is loud, and that is wrong: --log-level must be one of trace,")]
    [InlineData("""{"port": 1, "port": 2}""", "FILE is not JSON")]
    [InlineData("""{"port": """, "FILE is not JSON")]
    [InlineData("[]", "FILE must hold one JSON object")]
    [InlineData("""{"data": "elsewhere"}""", "leave it out, or name the file with --config")]
    public async Task What_is_wrong_in_a_file_is_named(string text, string message)
    {
        Write(text);
        await AssertRefusedAsync(message, "up", "--data", _directory);
    }

    [Theory]
    [InlineData("STELE_PROT", "1", "The environment has STELE_PROT, which is no option: did you mean STELE_PORT?")]
    [InlineData("STELE_PORT", "tcp://10.0.0.1:1", "STELE_PORT in the environment is tcp://10.0.0.1:1, and that is wrong: --port must be")]
    [InlineData("STELE_VERIFY_ALL", "yes", "STELE_VERIFY_ALL in the environment is yes, and that is wrong: --verify-all must be true or")]
    [InlineData("STELE_ENTRY_MAX", "many", "STELE_ENTRY_MAX in the environment is many, and that is wrong: --entry-max must be a whole")]
    [InlineData("STELE_ACCEPT_LEDGER_END", "1", "STELE_ACCEPT_LEDGER_END in the environment is for one start alone")]
    [InlineData("STELE_CONFIG", "/nowhere/stele.json", "The configuration file cannot be read")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317", "OTEL_EXPORTER_OTLP_ENDPOINT in the environment must be an address")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "not a uri", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT in the environment must be")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "grcp", "OTEL_EXPORTER_OTLP_PROTOCOL in the environment is grcp, and must be grpc or")]
    public async Task What_is_wrong_in_the_environment_is_named(string name, string value, string message)
    {
        _environment[name] = value;
        await AssertRefusedAsync(message, "up", "--data", _directory);
    }

    [Fact]
    public async Task What_is_for_one_start_may_be_off_and_is_no_nodes_setting()
    {
        Write("""{"accept-ledger-end": false}""");
        Assert.Equal("false", (await ShowAsync("up", "--data", _directory))["accept-ledger-end"].Value);
        _environment["STELE_BEGIN_STORE"] = "true";
        await AssertRefusedAsync(
            "STELE_BEGIN_STORE in the environment is for one start alone",
            "node", "start", "--data", _directory, "--etcd", "http://[::1]:1");
        Assert.DoesNotContain("accept-ledger-end", (await RunAsync("config", "schema")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_misspelt_option_is_named() =>
        AssertRefused("Did you mean --port?", await RunProcessAsync("up", "--prot", "1"));

    [Fact]
    public async Task Other_commands_take_no_notice_of_what_is_a_nodes()
    {
        _environment["STELE_PROT"] = "1";
        var run = await RunAsync("verify", "--help");
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task A_node_is_started_by_its_file()
    {
        var file = Path.Combine(_directory, "node.json");
        var settings = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["ledger-id"] = "books",
            ["metrics-port"] = 0,
            ["log-format"] = "json",
            ["log-level"] = "information",
            ["host"] = new[] { "books.example.org" },
        };
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(settings), TestContext.Current.CancellationToken);
        await using var ledger = await RunningLedger.StartAsync(
            Path.Combine(_directory, "data"), new Dictionary<string, string> { ["STELE_CONFIG"] = file });
        // What goes to standard error is read beside what goes to standard output, whole only at the end.
        await ledger.StopAsync();
        Assert.Contains("metrics      http://127.0.0.1:", ledger.Output, StringComparison.Ordinal);
        var started = ledger.Output.Split('\n').Where(line => line.StartsWith('{'))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Single(line => line.GetProperty("EventId").GetInt32() == 1);
        // The harness names the ledger on the command line, which counts.
        Assert.Equal(RunningLedger.LedgerId, started.GetProperty("State").GetProperty("LedgerId").GetString());
        Assert.EndsWith("Z", started.GetProperty("Timestamp").GetString(), StringComparison.Ordinal);
    }

    private void Write(string text) => File.WriteAllText(FilePath, text);

    private async Task AssertRefusedAsync(string message, params string[] line) => AssertRefused(message, await RunAsync(line));

    private void AssertRefused(string message, Finished run)
    {
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(message.Replace("FILE", FilePath, StringComparison.Ordinal), run.Errors, StringComparison.Ordinal);
    }

    private async Task<Dictionary<string, (string Value, string Origin)>> ShowAsync(params string[] line) =>
        Shown(await RunAsync(["config", "show", .. line]));

    private static Dictionary<string, (string Value, string Origin)> Shown(Finished run) =>
        run.Ok().Lines
            .Select(text => text.Split('\t'))
            .ToDictionary(parts => parts[0], parts => (parts[1], parts[2]), StringComparer.Ordinal);

    private Task<Finished> RunAsync(params string[] line) => ToolInProcess.RunAsync(_environment, line);

    private Task<Finished> RunProcessAsync(params string[] line)
    {
        var start = SteleTool.StartInfo(line);
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        return Finished.RunAsync(start);
    }
}
