namespace Stele.Cli.Tests;

/// <summary>stele up --seal, stele node seal and stele audit --seal: what opens a node's keys, and what says that it does not.</summary>
public sealed class SealTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;

    private string Data => Path.Combine(_directory, "data");

    private string KeyFile => Path.Combine(_directory, "elsewhere");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_nodes_keys_are_re_sealed_while_it_is_stopped_and_open_in_the_new_way_alone()
    {
        await using (var ledger = await RunningLedger.StartAsync(Data))
        {
            var running = await SealAsync("--to", $"key-file:{KeyFile}");
            Assert.Contains("is its node stopped?", running.Errors, StringComparison.Ordinal);
            Assert.Equal(1, running.ExitCode);
            await ledger.StopAsync();
        }
        Assert.Contains("sealed by key-file", (await SealAsync("--to", $"key-file:{KeyFile}")).Ok().Output, StringComparison.Ordinal);

        var unsaid = await SteleTool.RunAsync("up", "--data", Data, "--port", "0", "--identity-port", "0");
        Assert.Equal(1, unsaid.ExitCode);
        Assert.Contains("is missing, and the node's keys are sealed under it", unsaid.Errors, StringComparison.Ordinal);

        await using (var ledger = await RunningLedger.StartAsync(Data, "--seal", $"key-file:{KeyFile}"))
            await ledger.StopAsync();
        Assert.Contains("do not open here", (await SteleTool.RunAsync("audit", Data)).Ok().Errors, StringComparison.Ordinal);
        var right = (await SteleTool.RunAsync("audit", Data, "--seal", $"key-file:{KeyFile}")).Ok();
        Assert.DoesNotContain("do not open here", right.Errors, StringComparison.Ordinal);
        Assert.Equal(1, (await SteleTool.RunAsync("audit", Data, "--seal", $"key-file:{KeyFile}.not")).ExitCode);
    }

    [Fact]
    public async Task What_says_no_way_is_wrong_usage()
    {
        var wrong = await SteleTool.RunAsync("up", "--data", Data, "--seal", "vault:http://vault.example.org/transit/keys/stele");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("--seal must be platform, key-file", wrong.Errors, StringComparison.Ordinal);
        var start = SteleTool.StartInfo("up", "--data", Data);
        start.Environment["STELE_SEAL"] = "drawer";
        wrong = await Finished.RunAsync(start);
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("STELE_SEAL", wrong.Errors, StringComparison.Ordinal);
        Assert.Contains("has no keys", (await SealAsync("--to", "key-file")).Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    private Task<Finished> SealAsync(params string[] options) => SteleTool.RunAsync(["node", "seal", "--data", Data, .. options]);
}
