using System.Text.Json;

namespace Stele.Cli.Tests;

/// <summary>The benchmark runs and tells what it measured; how fast anything is, no test says.</summary>
public sealed class BenchTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task It_measures_the_ledger_beside_a_bare_server()
    {
        var file = Path.Combine(_directory, "results.json");
        string[] shape = ["--only", "append,entry,receipt", "--connections", "4", "--seconds", "0.3", "--entries", "1000"];
        var run = (await SteleTool.RunAsync(["bench", "--quick", .. shape, "--json", file])).Ok();
        Assert.Contains("kestrel", run.Output, StringComparison.Ordinal);

        using var report = JsonDocument.Parse(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        Assert.True(report.RootElement.GetProperty("machine").GetProperty("cores").GetInt32() > 0);
        var rows = report.RootElement.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(["entry", "receipt", "append"], rows.Select(row => row.GetProperty("kind").GetString()!));
        Assert.All(rows, row =>
        {
            Check(row.GetProperty("stele"));
            Check(row.GetProperty("yardsticks")[0].GetProperty("figures"));
            Assert.True(row.GetProperty("yardsticks")[0].GetProperty("ratio").GetDouble() > 0);
        });
    }

    [Fact]
    public async Task A_ledger_that_is_kept_is_filled_once()
    {
        var data = Path.Combine(_directory, "data");
        string[] command = ["bench", "--quick", "--only", "start", "--entries", "1000", "--data-dir", data];
        Assert.Contains("filling", (await SteleTool.RunAsync(command)).Ok().Errors, StringComparison.Ordinal);
        var again = (await SteleTool.RunAsync(command)).Ok();
        Assert.DoesNotContain("filling", again.Errors, StringComparison.Ordinal);
        Assert.Contains("start after a clean stop", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_explorer_asks_is_measured()
    {
        var run = (await SteleTool.RunAsync(
            "bench", "--only", "explorer", "--entries", "1000", "--seconds", "0.1", "--rounds", "1")).Ok();
        Assert.Contains("signature since a random moment, 1,000 entries, p50", run.Output, StringComparison.Ordinal);
        // A small ledger has no smaller one beside it.
        Assert.DoesNotContain(", ratio", run.Output, StringComparison.Ordinal);
    }

    private static void Check(JsonElement figures)
    {
        var (half, most) = (figures.GetProperty("p50").GetDouble(), figures.GetProperty("p99").GetDouble());
        Assert.True(figures.GetProperty("perSecond").GetDouble() > 0);
        Assert.True(half > 0 && half <= most);
        Assert.Equal(0, figures.GetProperty("failures").GetInt64());
    }
}
