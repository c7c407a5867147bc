using System.Net.Http.Json;
using System.Text.Json;

namespace Stele.EndToEnd.Tests;

/// <summary>A disaster and the recovery from it, by the tool alone, killed at every turn.</summary>
public sealed class RecoveryTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("stele-recover-");

    [Fact]
    public async Task A_ledger_comes_back_from_its_files_and_a_members_share()
    {
        var (lost, data, left) = (At("lost"), At("recovered"), At("left"));
        string id;
        await using (var ledger = await RunningLedger.StartAsync(lost))
        {
            id = await AppendAsync(ledger);
            await ledger.KillAsync();
        }
        Directory.Move(Path.Combine(lost, "ledger"), left);

        // Nothing of the recovery waits for an orderly end.
        await (await RunningLedger.RecoverAsync(left, data)).KillAsync();
        await using var recovered = await RunningLedger.RecoverAsync(left, data);
        await StatusAsync(recovered, "Recovering");
        var proposal = await MemberAsync("propose", ProposalFile(lost, data));
        await MemberAsync("vote", proposal.Output.Split('\t')[0], "--accept", "--yes");
        await StatusAsync(recovered, "WaitingForRecoveryShares");
        await recovered.KillAsync();
        await recovered.StartAsync();
        await File.WriteAllTextAsync(At("policy.json"), """{"virtual":true}""", TestContext.Current.CancellationToken);
        var submitted = await MemberAsync(
            "share", "submit", "--policy", At("policy.json"), "--encryption-key", Path.Combine(lost, "keys", "member0_enc.pem"));
        Assert.Contains("1/1 recovery shares", submitted.Output, StringComparison.Ordinal);
        await recovered.KillAsync();

        await using var again = await RunningLedger.StartAsync(data);
        await StatusAsync(again, "Open");
        string[] user = ["--certificate", Path.Combine(lost, "administrator.pem"), "--data", data];
        Assert.Contains("kept through a disaster", (await SteleTool.RunAsync(["get", id, .. user])).Ok().Output, StringComparison.Ordinal);
        (await SteleTool.RunAsync(["receipt", id, "-o", At("receipt.json"), .. user])).Ok();
        foreach (var service in new[] { lost, data })
            (await SteleTool.RunAsync("verify", At("receipt.json"), "--service-cert", Path.Combine(service, "service_cert.pem"))).Ok();
        await again.StopAsync();
        Assert.Contains("earlier service", (await SteleTool.RunAsync("audit", data)).Ok().Output, StringComparison.Ordinal);
        if (CcfVerifier.IsAtHand) (await CcfVerifier.RunAsync(Path.Combine(data, "ledger"))).Ok();

        async Task<Finished> MemberAsync(params string[] arguments) => (await SteleTool.RunAsync(
            ["member", .. arguments, "--member-cert", Path.Combine(lost, "member0_cert.pem"),
             "--member-key", Path.Combine(lost, "keys", "member0.pem"), "--data", data])).Ok();
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private string At(string name) => Path.Combine(_directory.FullName, name);

    private static async Task<string> AppendAsync(RunningLedger ledger)
    {
        using var client = ledger.CreateClient();
        using var answer = await client.PostAsJsonAsync(
            "/app/transactions?api-version=2026-07-31-preview&waitForCommit=true", new { contents = "kept through a disaster" });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return answer.Headers.GetValues("x-ms-ccf-transaction-id").Single();
    }

    private string ProposalFile(string lost, string data)
    {
        var args = new
        {
            previous_service_identity = File.ReadAllText(Path.Combine(lost, "service_cert.pem")),
            next_service_identity = File.ReadAllText(Path.Combine(data, "service_cert.pem")),
        };
        var path = At("open.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new { actions = new[] { new { name = "transition_service_to_open", args } } }));
        return path;
    }

    private async Task StatusAsync(RunningLedger ledger, string status)
    {
        using var client = ledger.CreateClient(Path.Combine(At("lost"), "administrator.pem"));
        var info = "";
        for (var i = 0; i < 600; i++)
        {
            info = await client.GetStringAsync("/gov/service/info?api-version=2024-07-01");
            if (info.Contains($"\"status\":\"{status}\"", StringComparison.Ordinal)) return;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        Assert.Fail($"The service did not come to be {status}: {info}");
    }
}
