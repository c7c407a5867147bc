namespace Stele.EndToEnd.Tests;

/// <summary>A ledger that members gave another secret, twice, with a kill right behind it: for auditors and readers.</summary>
public sealed class RekeyTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("stele-rekey-");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task A_rekeyed_ledger_outlives_a_kill_and_passes_every_audit()
    {
        await using var ledger = await RunningLedger.StartAsync(_data.FullName);
        var first = await AppendAsync("under the first");
        await RekeyAsync();
        await ledger.KillAsync();
        await ledger.StartAsync();
        var second = await AppendAsync("under the second");
        await RekeyAsync();
        var third = await AppendAsync("under the third");
        (await RunAsync("member", "share", "get")).Ok();
        foreach (var (id, contents) in new[] { (first, "under the first"), (second, "under the second"), (third, "under the third") })
            Assert.Equal(contents, (await RunAsync("get", id)).Ok().Output.Trim());
        await ledger.StopAsync();

        Assert.Contains("verified", (await SteleTool.RunAsync("audit", _data.FullName)).Ok().Output, StringComparison.Ordinal);
        // An auditor without the secrets.
        Assert.Contains("verified", (await SteleTool.RunAsync("audit", ledger.LedgerDirectory)).Ok().Output, StringComparison.Ordinal);
        (await CcfVerifier.RunAsync(ledger.LedgerDirectory)).Ok();
    }

    private async Task<string> AppendAsync(string contents) => (await RunAsync("append", contents, "--wait")).Ok().Output.Trim();

    private async Task RekeyAsync()
    {
        var proposal = Path.Combine(_data.FullName, "rekey.json");
        await File.WriteAllTextAsync(
            proposal, """{"actions":[{"name":"trigger_ledger_rekey"}]}""", TestContext.Current.CancellationToken);
        var id = (await RunAsync("member", "propose", proposal)).Ok().Output.Split('\t')[0].Trim();
        Assert.Contains("Accepted", (await RunAsync("member", "vote", id, "--accept", "--yes")).Ok().Output, StringComparison.Ordinal);
    }

    private Task<Finished> RunAsync(params string[] arguments) => SteleTool.RunAsync([.. arguments, "--data", _data.FullName]);
}
