using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;
using Stele.Receipts;

namespace Stele.EndToEnd.Tests;

/// <summary>
/// A minute of a real car's telemetry and ten thousand bank transactions: appended line by line through the tool, read back,
/// audited, and receipts verified offline, contents included.
/// </summary>
/// <remarks>
/// Every line of the telemetry has its receipt verified. Of the transactions all under one signature have, and one under each
/// other; that each entry is under its signature is what the audit proves.
/// </remarks>
public sealed class RealInputTests(RunningLedger ledger) : IClassFixture<RunningLedger>
{
    private const int Requests = 32;

    [Theory]
    [InlineData("data/vehicle/comma2k19_rav4_10hz.csv", "telemetry", 599, true)]
    [InlineData("data/aml/amlsim-100acct/transactions.csv", "transactions", 10_333, false)]
    public async Task Every_line_is_there_in_order_and_proven(string path, string collection, int rows, bool everyReceipt)
    {
        var cancel = TestContext.Current.CancellationToken;
        var lines = (await File.ReadAllLinesAsync(SharedVectors.Require(path), cancel))[1..];
        Assert.Equal(rows, lines.Length);
        var input = Path.GetTempFileName();
        await File.WriteAllLinesAsync(input, lines, cancel);
        (await StelesAsync("append", "--lines", "--file", input, "-c", collection)).Ok();
        File.Delete(input);

        // The last lines may still wait for their signature; an entry that is committed behind them ends the wait.
        (await StelesAsync("append", "done", "--wait", "-c", $"{collection} done")).Ok();
        var list = (await StelesAsync("list", "-c", collection, "--json")).Ok();
        var listed = list.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(lines, listed.Select(entry => entry.GetProperty("contents").GetString()));
        await VerifyReceiptsAsync(collection, everyReceipt ? listed : OfEachSignature(listed));
        (await SteleTool.RunAsync("audit", ledger.DataDirectory, "--live")).Ok();
    }

    // All entries under the signature that covers most of them, and of each other signature the last.
    private List<JsonElement> OfEachSignature(List<JsonElement> entries)
    {
        var signatures = SignaturesOf(ledger.LedgerDirectory).ToList();
        var covered = entries
            .GroupBy(entry => signatures.Find(signature => signature > SeqNoOf(entry)))
            .OrderByDescending(group => group.Count())
            .ToList();
        Assert.True(covered.Count > 1, "one signature covers everything");
        return [.. covered[0], .. covered.Skip(1).Select(group => group.Last())];
    }

    private static SeqNo SeqNoOf(JsonElement entry)
    {
        Assert.True(TransactionId.TryParse(entry.GetProperty("transactionId").GetString(), out var id));
        return id.SeqNo;
    }

    private static IEnumerable<SeqNo> SignaturesOf(string directory)
    {
        foreach (var chunk in LedgerDirectory.Chunks(directory))
        {
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out _, out var bytes))
            {
                var entry = LedgerEntry.Parse(bytes);
                if (SignatureRecord.IsSignature(entry)) yield return entry.Id.SeqNo;
            }
        }
    }

    private async Task VerifyReceiptsAsync(string collection, List<JsonElement> entries)
    {
        using var client = ledger.CreateClient();
        using var service = X509CertificateLoader.LoadCertificateFromFile(ledger.ServiceCertificate);
        await Parallel.ForEachAsync(
            entries, new ParallelOptions { MaxDegreeOfParallelism = Requests, CancellationToken = TestContext.Current.CancellationToken },
            async (entry, cancel) =>
            {
                var id = entry.GetProperty("transactionId").GetString();
                var answer = await client.GetByteArrayAsync($"/app/transactions/{id}/receipt?api-version=2022-05-13", cancel);
                var document = ReceiptJson.Read(answer);
                var verdict = ReceiptVerifier.Verify(document.Receipt, service, document.Claims);
                Assert.True(verdict.IsVerified, $"{id}: {verdict}");
                var claim = Assert.IsType<ApplicationClaim.LedgerEntry>(Assert.Single(document.Claims));
                Assert.Equal((collection, entry.GetProperty("contents").GetString()), (claim.Collection.Value, claim.Contents));
                Assert.StartsWith($"ce:{id}:", document.Receipt.Leaf.CommitEvidence, StringComparison.Ordinal);
            });
    }

    private Task<Finished> StelesAsync(params string[] arguments) => SteleTool.RunAsync([.. arguments, "--data", ledger.DataDirectory]);
}
