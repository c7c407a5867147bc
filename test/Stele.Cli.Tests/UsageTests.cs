using System.Diagnostics;

namespace Stele.Cli.Tests;

/// <summary>What a script relies on when things are not as they should be.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("up", "--port", "many")]
    [InlineData("user", "new", "../alice", "--role", "reader")]
    public async Task Wrong_usage_ends_with_2(params string[] arguments) => AssertRefused(await SteleTool.RunAsync(arguments));

    [Theory]
    [InlineData("get", "2.1", "--nonsense")]
    [InlineData("append", "a", "--lines")]
    [InlineData("append", "--lines", "--concurrency", "0")]
    [InlineData("user", "add", "x", "--role", "a, king")]
    [InlineData("user", "add", "x")]
    [InlineData("verify")]
    [InlineData("up", "--port", "65536")]
    [InlineData("append", "--lines", "--concurrency", "some")]
    [InlineData("list", "--limit", "few")]
    [InlineData("up", "--address", "somewhere")]
    [InlineData("up", "--entry-max", "0")]
    [InlineData("up", "--chunk-size", "-1")]
    [InlineData("up", "--signature-interval-ms", "-1")]
    [InlineData("list", "--limit", "-1")]
    [InlineData("append", "--lines", "--receipt", "file")]
    [InlineData("append", "a", "--receipt", "file", "--receipts", "folder")]
    [InlineData("bench", "--only", "everything")]
    [InlineData("bench", "--only", "append,")]
    [InlineData("bench", "--connections", "0")]
    [InlineData("bench", "--connections", "1,many")]
    [InlineData("bench", "--size", "2000000")]
    [InlineData("bench", "--seconds", "0")]
    [InlineData("bench", "--rounds", "0")]
    [InlineData("bench", "--entries", "none")]
    [InlineData("up", "--log-level", "loud")]
    [InlineData("up", "--metrics-port", "-1")]
    [InlineData("config", "show", "append")]
    [InlineData("config", "show", "up", "--nonsense")]
    public async Task What_cannot_be_understood_is_wrong_usage(params string[] arguments) =>
        AssertRefused(await ToolInProcess.RunAsync(arguments));

    [Theory]
    [InlineData]
    [InlineData("up")]
    [InlineData("append")]
    [InlineData("get")]
    [InlineData("list")]
    [InlineData("receipt")]
    [InlineData("verify")]
    [InlineData("audit")]
    [InlineData("backup")]
    [InlineData("backup", "verify")]
    [InlineData("restore")]
    [InlineData("doctor")]
    [InlineData("user")]
    [InlineData("user", "add")]
    [InlineData("bench")]
    [InlineData("config")]
    [InlineData("config", "show")]
    public async Task Every_command_explains_itself(params string[] command)
    {
        var run = (await ToolInProcess.RunAsync([.. command, "--help"])).Ok();
        Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Try: stele --help")]
    [InlineData("Try: stele user add --help", "user", "add", "x")]
    public async Task Wrong_usage_names_the_help_to_read(string hint, params string[] arguments) =>
        Assert.Contains(hint, (await SteleTool.RunAsync(arguments)).Errors, StringComparison.Ordinal);

    [Fact]
    public async Task Help_has_examples_and_the_exit_codes_and_a_line_for_each_command()
    {
        Assert.Contains("stele verify receipts/", (await SteleTool.RunAsync("verify", "--help")).Ok().Output, StringComparison.Ordinal);
        var all = (await SteleTool.RunAsync("--help")).Ok().Output;
        Assert.Contains("3 verification failed", all, StringComparison.Ordinal);
        Assert.DoesNotContain("stele verify receipts/", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_ledger_it_says_how_to_name_one()
    {
        var run = await SteleTool.RunAsync("append", "x", "--data", _directory);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--url", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_that_has_stopped_cannot_be_reached()
    {
        await using var ledger = await RunningLedger.StartAsync(Path.Combine(_directory, "data"));
        await ledger.StopAsync();
        var run = await SteleTool.RunAsync("append", "x", "--data", ledger.DataDirectory);
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("stele up", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_append_says_how_far_it_came()
    {
        await using var ledger = await RunningLedger.StartAsync(Path.Combine(_directory, "data"));
        var receipts = Directory.CreateDirectory(Path.Combine(_directory, "receipts"));
        string[] line = ["append", "--lines", "-c", "cut", "--receipts", receipts.FullName, "--data", ledger.DataDirectory];
        using var append = Process.Start(SteleTool.StartInfo(line))!;
        await append.StandardInput.WriteAsync("one\ntwo\n");
        await append.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        // An entry counts once its answer has been read, and then its receipt is saved; the ledger has it earlier.
        for (var looks = 0; receipts.GetFiles().Length < 2 && !append.HasExited && looks < 6000; looks++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        // SIGINT goes the same way, but is ignored by whatever a shell runs in the background, such as a suite of tests.
        using (var signal = Process.Start("kill", ["-TERM", $"{append.Id}"]))
            await signal.WaitForExitAsync(TestContext.Current.CancellationToken);
        var errors = await append.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await append.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, append.ExitCode);
        Assert.Contains("2 entries were appended, the last of them line 2.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_of_another_service_is_not_spoken_to()
    {
        await using var ledger = await RunningLedger.StartAsync(Path.Combine(_directory, "data"));
        var identity = Path.Combine(ledger.DataDirectory, "identity_ca.pem");
        var run = await SteleTool.RunAsync("append", "x", "--data", ledger.DataDirectory, "--service-cert", identity);
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("did not show a certificate of this service", run.Errors, StringComparison.Ordinal);
    }

    private static void AssertRefused(Finished run)
    {
        Assert.Equal(2, run.ExitCode);
        Assert.NotEqual("", run.Errors);
        Assert.Equal("", run.Output);
    }
}
