using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stele.Cli.Tests;

/// <summary>receipt, verify, audit.</summary>
public sealed class ProofCommandTests(RunningLedger ledger)
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
    public async Task A_receipt_without_its_claim_proves_no_entry_and_says_so_as_the_script_does()
    {
        Requirement.Met(
            Directory.Exists("/usr/lib/python3/dist-packages/cryptography"), "Debian's package python3-cryptography is not installed.");
        var file = Path.Combine(ledger.DataDirectory, "claimed.json");
        var id = (await _stele.RunAsync("append", "no cracks \u0007 \u200e🪨", "-c", "bridges", "--receipt", file)).Ok().Output.Trim();
        var whole = await AsTheScriptAsync(file, 0);
        Assert.Equal($"{file}: verified: transaction {id} put this entry into collection bridges: no cracks \\u0007 \\u200e🪨", whole[0]);

        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var renamed = text.Replace("applicationClaims", "applicationClaimS", StringComparison.Ordinal)
            .Replace("no cracks", "two cracks", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, renamed, TestContext.Current.CancellationToken);
        var bare = await AsTheScriptAsync(file, 5);
        Assert.Equal(
            $"{file}: verified: transaction {id} is in the ledger; NO ENTRY is proven: the receipt says nothing of its contents", bare[0]);
        Assert.EndsWith("; what the entry holds", bare[1], StringComparison.Ordinal);
        var json = await SteleTool.RunAsync("verify", file, "--json", "--service-cert", ledger.ServiceCertificate);
        Assert.Empty(JsonDocument.Parse(json.Output).RootElement.GetProperty("entries").EnumerateArray());

        var altered = text.Replace("no cracks", "two cracks", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, altered, TestContext.Current.CancellationToken);
        var failed = await AsTheScriptAsync(file, 3);
        Assert.StartsWith($"{file}: NOT VERIFIED at step «claims digest»: the claims give ", failed[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_receipt_of_many_that_proves_no_entry_is_counted()
    {
        var folder = Path.Combine(ledger.DataDirectory, "some bare");
        (await _stele.WithInputAsync("one\ntwo\n", "append", "--lines", "--receipts", folder)).Ok();
        var bare = Directory.GetFiles(folder)[0];
        var receipt = JsonNode.Parse(await File.ReadAllTextAsync(bare, TestContext.Current.CancellationToken))!;
        receipt.AsObject().Remove("applicationClaims");
        await File.WriteAllTextAsync(bare, receipt.ToJsonString(), TestContext.Current.CancellationToken);
        var run = await VerifyAsync(folder);
        Assert.Equal(5, run.ExitCode);
        Assert.Contains("2 verified, 0 not. 1 of the verified proves no entry.", run.Errors, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "none.json"), "[]", TestContext.Current.CancellationToken);
        Assert.Equal(3, (await VerifyAsync(folder)).ExitCode);
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
        var entry = Assert.Single(verdict.GetProperty("entries").EnumerateArray());
        Assert.Equal("subledger:0", entry.GetProperty("collectionId").GetString());
        Assert.Equal("x", entry.GetProperty("contents").GetString());
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

    /// <summary>What both say behind the steps; the tool's are more exact about certificates.</summary>
    private async Task<string[]> AsTheScriptAsync(string file, int exitCode)
    {
        var script = Path.Combine(Repository.Root, "docs", "verify", "verify_receipt.py");
        var tool = await VerifyAsync(file);
        var said = await Finished.RunAsync(new("/usr/bin/python3", ["-B", script, file, ledger.ServiceCertificate]));
        Assert.Equal((exitCode, exitCode), (tool.ExitCode, said.ExitCode));
        string[] words = [.. tool.Lines.SkipWhile(line => !line.StartsWith(file, StringComparison.Ordinal))];
        Assert.Equal(words, said.Lines.SkipWhile(line => !line.StartsWith(file, StringComparison.Ordinal)));
        return words;
    }

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
