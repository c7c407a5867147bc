using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Receipts.Tests.SameVerdict;

/// <summary>The Python script as a program: what it prints, and what it ends with.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stele-script-");

    [Fact]
    public async Task A_receipt_of_a_service_that_gives_no_claims_proves_its_transaction_and_no_entry()
    {
        Verifiers.RequirePython();
        var receipt = SharedVectors.Require("vectors/ccf-live/rec/receipts/2.30.json");
        var verified = await RunAsync(receipt, SharedVectors.Require("vectors/ccf-live/rec/service_cert.pem"));
        Assert.True(verified.ExitCode == 5, verified.ToString());
        Assert.All(verified.Lines[..^2], line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
        Assert.Equal("ok     signature: the node signed this root", verified.Lines[^3]);
        Assert.Equal($"{receipt}: verified: {NoEntry("2.30")}", verified.Lines[^2]);
        Assert.EndsWith("; what the entry holds", verified.Lines[^1], StringComparison.Ordinal);
        var other = await RunAsync(receipt, SharedVectors.Require("vectors/ccf-live/rec/node.pem"));
        Assert.True(other.ExitCode == 3, other.ToString());
        Assert.StartsWith("FAILED service certificate: ", other.Lines[^2], StringComparison.Ordinal);
        Assert.StartsWith($"{receipt}: NOT VERIFIED at step «service certificate»: ", other.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync(receipt)).ExitCode);
        Assert.Equal(1, (await RunAsync(receipt, At("missing.pem"))).ExitCode);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named_and_a_path_of_one_step_is_one_step()
    {
        Verifiers.RequirePython();
        var made = Enumerable.Range(0, 1000).Select(seed => new MadeReceipt(new Random(seed)))
            .First(made => made is { Receipt.Proof.Steps.Count: 1, Claims.Count: > 0, EndsBeforeLast: false });
        using var certificate = X509Certificate2.CreateFromPem(made.Service);
        var verdict = ReceiptVerifier.Verify(made.Receipt, certificate, made.Claims);
        Assert.StartsWith("1 step to root ", verdict.Steps.Single(step => step.Name == "proof").Detail, StringComparison.Ordinal);

        var directory = Directory.CreateTempSubdirectory("stele-script-").FullName;
        var (receipt, service) = (Path.Combine(directory, "receipt.json"), Path.Combine(directory, "service_cert.pem"));
        await File.WriteAllTextAsync(receipt, made.ToJson().ToJsonString(), TestContext.Current.CancellationToken);
        var missing = await RunAsync(receipt, service);
        Assert.Equal((1, $"{service} cannot be read: No such file or directory\n"), (missing.ExitCode, missing.Errors));
        await File.WriteAllTextAsync(service, made.Service, TestContext.Current.CancellationToken);
        var run = await RunAsync(receipt, service);
        Assert.Contains("ok     proof: 1 step to root ", run.Output, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task What_is_proven_is_said_in_words_and_without_a_claim_nothing_is_said_of_contents()
    {
        Verifiers.RequirePython();
        var made = MadeReceipt.WithEntry();
        var id = made.Receipt.Leaf.CommitEvidence.Split(':')[1];
        var entry = (ApplicationClaim.LedgerEntry)made.Claims[0];
        var verified = await RunAsync(made, json => json);
        Assert.True(verified.ExitCode == 0, verified.ToString());
        Assert.EndsWith(
            $"verified: transaction {id} put this entry into collection {entry.Collection}: {entry.Contents}", verified.Lines[^2],
            StringComparison.Ordinal);
        Assert.Equal("not proven: when it was appended, by whom, and that nothing came after it", verified.Lines[^1]);

        var stripped = await RunAsync(made, json => json.Replace("applicationClaims", "applicationClaimS", StringComparison.Ordinal));
        Assert.True(stripped.ExitCode == 5, stripped.ToString());
        Assert.EndsWith($"verified: {NoEntry(id)}", stripped.Lines[^2], StringComparison.Ordinal);
        Assert.DoesNotContain("price", stripped.Output, StringComparison.Ordinal);

        var altered = await RunAsync(made, json => json.Replace("price", "prize", StringComparison.Ordinal));
        Assert.True(altered.ExitCode == 3, altered.ToString());
        Assert.Contains(": NOT VERIFIED at step «claims digest»: the claims give ", altered.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(2, altered.Lines.Length);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string NoEntry(string id) =>
        $"transaction {id} is in the ledger; NO ENTRY is proven: the receipt says nothing of its contents";

    private async Task<Finished> RunAsync(MadeReceipt made, Func<string, string> change)
    {
        var json = change(made.ToJson().ToJsonString());
        await File.WriteAllTextAsync(At("receipt.json"), json, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(At("service.pem"), made.Service, TestContext.Current.CancellationToken);
        return await RunAsync(At("receipt.json"), At("service.pem"));
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private static Task<Finished> RunAsync(params string[] arguments) => Finished.RunAsync(
        new ProcessStartInfo(Verifiers.Python, ["-B", Path.Combine(Verifiers.Documents, "verify_receipt.py"), .. arguments]));
}
