using System.Net;
using System.Net.Sockets;

namespace Stele.Cli.Tests;

/// <summary>stele up: what it makes, and the sentence for each thing that keeps it from starting.</summary>
public sealed class UpTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;

    private string Data => Path.Combine(_directory, "data");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Without_an_enclave_it_starts_only_where_that_is_asked_for()
    {
        Assert.SkipWhen(Directory.Exists("/sys/kernel/config/tsm") || File.Exists("/dev/sev-guest"), "This machine has an enclave.");
        var start = SteleTool.StartInfo("up", "--data", Data, "--port", "0", "--identity-port", "0");
        start.Environment.Remove("STELE_VIRTUAL");
        var run = await Finished.RunAsync(start);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("say so with --virtual", run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task It_proves_a_first_entry_once_and_keeps_everything_over_a_restart()
    {
        await using var ledger = await RunningLedger.StartAsync(Data);
        // What goes to standard error is read beside what goes to standard output, whole only at the end.
        await ledger.StopAsync();
        Assert.Contains("receipt      verified offline", ledger.Output, StringComparison.Ordinal);
        Assert.Contains("Virtual: no enclave", ledger.Output, StringComparison.Ordinal);
        Assert.Single(ledger.Output.Split('\n'), "ready");
        foreach (var secret in Directory.GetFiles(Path.Combine(Data, "keys")).Append(ledger.Administrator))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
        await ledger.StartAsync();
        Assert.Single(ledger.Output.Split('\n'), line => line.StartsWith("first entry", StringComparison.Ordinal));
        Assert.Single((await new Tool(ledger).RunAsync("list")).Ok().Lines);
    }

    [Fact]
    public async Task One_address_of_several_is_listened_on_alone_and_stands_in_the_certificate()
    {
        await using var ledger = await RunningLedger.StartAsync(Data, "--address", "127.0.0.2");
        Assert.Contains($"https://127.0.0.2:{ledger.Port}/", ledger.Output, StringComparison.Ordinal);
        Assert.Contains("receipt      verified offline", ledger.Output, StringComparison.Ordinal);
        (await SteleTool.RunAsync("append", "hello", "--data", Data)).Ok();
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await AssertRefusedAsync($"Port {port}", "--port", $"{port}", "--identity-port", "0");
        await AssertRefusedAsync($"or {port} on", "--port", "0", "--identity-port", $"{port}");
        Assert.False(Directory.Exists(Data), "a service was founded that cannot be reached");
    }

    [Fact]
    public async Task A_first_start_that_failed_is_made_up_for_by_the_next()
    {
        using (var taken = new TcpListener(IPAddress.Loopback, 0))
        {
            taken.Start();
            // It is no new directory, so the port is missed only when all is made.
            Directory.CreateDirectory(Path.Combine(Data, "ledger"));
            await AssertRefusedAsync("Port", "--port", $"{((IPEndPoint)taken.LocalEndpoint).Port}", "--identity-port", "0");
        }
        Assert.True(File.Exists(Path.Combine(Data, "administrator.pem")));
        await using var ledger = await RunningLedger.StartAsync(Data);
        Assert.Contains("receipt      verified offline", ledger.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_node_on_the_same_directory_is_refused()
    {
        await using var ledger = await RunningLedger.StartAsync(Data);
        await AssertRefusedAsync("Another node runs");
    }

    [Fact]
    public async Task A_file_in_the_directorys_place_is_named()
    {
        await File.WriteAllTextAsync(Data, "", TestContext.Current.CancellationToken);
        await AssertRefusedAsync("cannot be");
    }

    [Fact]
    public async Task A_missing_or_too_open_key_of_an_existing_ledger_is_named()
    {
        await StartAndStopAsync();
        var key = Path.Combine(Data, "keys", "node.pem");
        File.SetUnixFileMode(key, File.GetUnixFileMode(key) | UnixFileMode.OtherRead);
        await AssertRefusedAsync($"chmod 600 {key}");
        File.Delete(key);
        await AssertRefusedAsync($"{key} is missing");
    }

    [Fact]
    public async Task A_damaged_ledger_is_named_by_file_and_byte()
    {
        var file = await StartAndStopAsync();
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[1000] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        await AssertRefusedAsync($"{file}, byte 8, seqno 1");
    }

    [Fact]
    public async Task A_ledger_that_was_cut_short_starts_only_when_its_end_is_accepted()
    {
        var file = await StartAndStopAsync();
        await using (var open = File.OpenWrite(file)) open.SetLength(open.Length - 100);
        await AssertRefusedAsync("byte");
        await using var ledger = await RunningLedger.StartAsync(Data, "--accept-ledger-end");
        await new Tool(ledger).AppendAsync("goes on");
        await ledger.StopAsync();
        (await SteleTool.RunAsync("audit", Data)).Ok();
    }

    private async Task<string> StartAndStopAsync()
    {
        await using var ledger = await RunningLedger.StartAsync(Data);
        await ledger.StopAsync();
        return Path.Combine(ledger.LedgerDirectory, "ledger_1");
    }

    private async Task AssertRefusedAsync(string sentence, params string[] options)
    {
        string[] ports = options.Length > 0 ? options : ["--port", "0", "--identity-port", "0"];
        var run = await SteleTool.RunAsync(["up", "--data", Data, .. ports]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(sentence, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }
}
