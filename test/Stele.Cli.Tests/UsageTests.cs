namespace Stele.Cli.Tests;

/// <summary>What a script relies on when things are not as they should be.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("get", "2.1", "--nonsense")]
    [InlineData("append", "a", "--lines")]
    [InlineData("append", "--lines", "--concurrency", "0")]
    [InlineData("user", "add", "x", "--role", "king")]
    [InlineData("user", "add", "x")]
    [InlineData("verify")]
    [InlineData("up", "--port", "many")]
    public async Task Wrong_usage_ends_with_2(params string[] arguments)
    {
        var run = await SteleTool.RunAsync(arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.NotEqual("", run.Errors);
        Assert.Equal("", run.Output);
    }

    [Theory]
    [InlineData]
    [InlineData("up")]
    [InlineData("append")]
    [InlineData("get")]
    [InlineData("list")]
    [InlineData("receipt")]
    [InlineData("verify")]
    [InlineData("audit")]
    [InlineData("user")]
    [InlineData("user", "add")]
    public async Task Every_command_explains_itself(params string[] command)
    {
        var run = (await SteleTool.RunAsync([.. command, "--help"])).Ok();
        Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[", run.Output, StringComparison.Ordinal);
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
    public async Task A_ledger_of_another_service_is_not_spoken_to()
    {
        await using var ledger = await RunningLedger.StartAsync(Path.Combine(_directory, "data"));
        var identity = Path.Combine(ledger.DataDirectory, "identity_ca.pem");
        var run = await SteleTool.RunAsync("append", "x", "--data", ledger.DataDirectory, "--service-cert", identity);
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("did not show a certificate of this service", run.Errors, StringComparison.Ordinal);
    }
}
