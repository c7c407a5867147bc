using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stele.Cli.Tests;

/// <summary>receipt, verify, audit.</summary>
public sealed class ProofCommandTests(RunningLedger ledger) : IClassFixture<RunningLedger>
{
    private readonly Tool _stele = new(ledger);

    [Fact]
    public async Task A_receipt_is_verified_offline_and_an_altered_one_is_not()
    {
        var id = await _stele.AppendAsync("evidence");
        var file = Path.Combine(ledger.DataDirectory, "receipt.json");
        (await _stele.RunAsync("receipt", id, "-o", file)).Ok();
        var verified = (await VerifyAsync(file)).Ok();
        var proven = $"transaction {id} put this entry into collection subledger:0: evidence";
        Assert.Contains(proven, verified.Output, StringComparison.Ordinal);

        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await AssertFailsAsync(text.Replace("evidence", "tampered", StringComparison.Ordinal), "claims digest");
        await AssertFailsAsync(Altered(text, "signature"), "signature");
        await AssertFailsAsync(Altered(text, "nodeId"), "node id");
        await AssertFailsAsync("{}", "format");
    }

    [Fact]
    public async Task Receipts_saved_with_their_appends_verify_together()
    {
        var folder = Path.Combine(ledger.DataDirectory, "receipts");
        (await _stele.WithInputAsync("one\ntwo\nthree\n", "append", "--lines", "--receipts", folder)).Ok();
        var last = (await _stele.RunAsync("append", "four", "--receipt", Path.Combine(folder, "four.json"))).Ok().Output.Trim();
        var run = (await VerifyAsync(folder)).Ok();
        Assert.Equal(4, run.Lines.Length);
        Assert.Contains("4 verified, 0 not.", run.Errors, StringComparison.Ordinal);
        Assert.Contains($"four.json: verified: transaction {last} put this entry", run.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(folder, "none.json"), "[]", TestContext.Current.CancellationToken);
        var failed = await VerifyAsync(folder);
        Assert.Equal(3, failed.ExitCode);
        Assert.Contains("4 verified, 1 not.", failed.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_that_cannot_be_saved_leaves_the_entry_committed()
    {
        var run = await _stele.RunAsync("append", "x", "--receipt", Path.Combine(ledger.DataDirectory, "no", "such", "folder.json"));
        Assert.Equal(1, run.ExitCode);
        var id = run.Errors.Trim().Split(' ')[^1];
        Assert.Equal("Committed", (await _stele.RunAsync("status", id)).Ok().Output.Trim());
    }

    [Fact]
    public async Task Nothing_to_verify_is_not_verified()
    {
        var empty = Directory.CreateTempSubdirectory("stele-test-").FullName;
        var run = await VerifyAsync(empty);
        Directory.Delete(empty);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("nothing was verified", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verdict_is_json_where_that_is_asked_for()
    {
        var file = Path.Combine(ledger.DataDirectory, "json.json");
        var id = (await _stele.RunAsync("append", "x", "--receipt", file)).Ok().Output.Trim();
        var run = (await SteleTool.RunAsync("verify", file, "--json", "--service-cert", ledger.ServiceCertificate)).Ok();
        var verdict = JsonDocument.Parse(run.Output).RootElement;
        Assert.True(verdict.GetProperty("verified").GetBoolean());
        Assert.Equal(id, verdict.GetProperty("transactionId").GetString());
        Assert.Equal(JsonValueKind.Null, verdict.GetProperty("failedStep").ValueKind);
        Assert.All(verdict.GetProperty("steps").EnumerateArray(), step => Assert.True(step.GetProperty("passed").GetBoolean()));
    }

    [Fact]
    public async Task A_receipt_does_not_verify_against_another_service()
    {
        var file = Path.Combine(ledger.DataDirectory, "other.json");
        (await _stele.RunAsync("receipt", await _stele.AppendAsync("x"), "-o", file)).Ok();
        var run = await SteleTool.RunAsync("verify", file, "--service-cert", Path.Combine(ledger.DataDirectory, "identity_ca.pem"));
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("service certificate", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_audits_clean_and_a_changed_byte_is_named()
    {
        await _stele.AppendAsync("to be audited");
        var live = (await SteleTool.RunAsync("audit", ledger.DataDirectory, "--live", "--json")).Ok();
        Assert.True(JsonDocument.Parse(live.Output).RootElement.GetProperty("verified").GetBoolean());

        var copy = Directory.CreateTempSubdirectory("stele-test-").FullName;
        foreach (var path in Directory.GetFiles(ledger.LedgerDirectory)) File.Copy(path, Path.Combine(copy, Path.GetFileName(path)));
        var file = Directory.GetFiles(copy).Order(StringComparer.Ordinal).First();
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[500] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        var failed = await SteleTool.RunAsync("audit", copy);
        Assert.Equal(3, failed.ExitCode);
        Assert.Contains($"{file}, byte 8, seqno 1", failed.Output, StringComparison.Ordinal);
        Directory.Delete(copy, recursive: true);
    }

    [Theory]
    [InlineData("every", 0)]
    [InlineData("last", 0)]
    [InlineData("some", 2)]
    public async Task An_audit_verifies_every_signature_or_the_last(string signatures, int exitCode)
    {
        await _stele.AppendAsync("to be audited");
        var run = await SteleTool.RunAsync("audit", ledger.DataDirectory, "--live", "--signatures", signatures);
        Assert.Equal(exitCode, run.ExitCode);
    }

    [Fact]
    public async Task An_audit_can_demand_a_service()
    {
        var right = await SteleTool.RunAsync("audit", ledger.DataDirectory, "--live", "--service-cert", ledger.ServiceCertificate);
        Assert.Equal(0, right.ExitCode);
        var identity = Path.Combine(ledger.DataDirectory, "identity_ca.pem");
        var wrong = await SteleTool.RunAsync("audit", ledger.DataDirectory, "--live", "--service-cert", identity);
        Assert.Equal(3, wrong.ExitCode);
        Assert.Contains("another service", wrong.Output, StringComparison.Ordinal);
    }

    private Task<Finished> VerifyAsync(string file) => SteleTool.RunAsync("verify", file, "--service-cert", ledger.ServiceCertificate);

    private async Task AssertFailsAsync(string receipt, string step)
    {
        var file = Path.Combine(ledger.DataDirectory, $"altered {step}.json");
        await File.WriteAllTextAsync(file, receipt, TestContext.Current.CancellationToken);
        var run = await VerifyAsync(file);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains($"«{step}»", run.Output, StringComparison.Ordinal);
    }

    // The last character but the padding: another of the same alphabet.
    private static string Altered(string receipt, string member)
    {
        var json = JsonNode.Parse(receipt)!;
        var text = json["receipt"]![member]!.GetValue<string>();
        json["receipt"]![member] = text[..20] + (text[20] == 'a' ? 'b' : 'a') + text[21..];
        return json.ToJsonString();
    }
}
