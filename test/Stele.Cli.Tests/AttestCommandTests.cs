using System.Text.Json;

namespace Stele.Cli.Tests;

/// <summary>attest verify.</summary>
public sealed class AttestCommandTests
{
    [Fact]
    public async Task Evidence_is_accepted_with_each_check_and_what_it_says()
    {
        var run = (await VerifyAsync("snp-milan-v3-aci")).Ok();
        Assert.Contains("ok     report-signature", run.Output, StringComparison.Ordinal);
        Assert.Contains("ok     revocation-list-given: No revocation list", run.Output, StringComparison.Ordinal);
        Assert.Contains("platform     SevSnp Milan", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("accepted as of 2026-11-01 00:00:00Z", run.Output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evidence_is_rejected_with_the_reason()
    {
        var run = await VerifyAsync("aci-milan-v3-bundle-wrong-vcek");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("FAILED chip-id-equals-hwid: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("REJECTED", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Made_up_roots_are_named_as_such()
    {
        var run = (await VerifyAsync("synthetic/snp-good-turin", "--json")).Ok();
        var verdict = JsonDocument.Parse(run.Output).RootElement;
        Assert.True(verdict.GetProperty("accepted").GetBoolean());
        Assert.False(verdict.GetProperty("makersRoots").GetBoolean());
        Assert.Equal("Turin", verdict.GetProperty("product").GetString());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_read_is_not_judged()
    {
        var empty = Directory.CreateTempSubdirectory("stele-test-");
        Assert.Equal(1, (await RunAsync(empty.FullName)).ExitCode);
        await File.WriteAllTextAsync(
            Path.Combine(empty.FullName, "vector.json"), """{"type":"snp","as_of":"2026-01-01T00:00:00Z","policy":{}}""",
            TestContext.Current.CancellationToken);
        var run = await RunAsync(empty.FullName);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("report.bin", run.Errors, StringComparison.Ordinal);
        empty.Delete(recursive: true);
        Assert.Equal(2, (await RunAsync(empty.FullName)).ExitCode);
    }

    private static Task<Finished> VerifyAsync(string vector, params string[] options) =>
        RunAsync([SharedVectors.Require("vectors/attestation/" + vector), .. options]);

    private static Task<Finished> RunAsync(params string[] arguments) =>
        Finished.RunAsync(SteleTool.StartInfo(["attest", "verify", .. arguments]), null);
}
