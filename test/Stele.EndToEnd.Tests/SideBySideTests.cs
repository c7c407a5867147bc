using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Azure;
using Stele.Client;

namespace Stele.EndToEnd.Tests;

/// <summary>Microsoft's clients and Stele.Client at once on one ledger: each sees, and verifies, what the others wrote.</summary>
public sealed class SideBySideTests(RunningLedger ledger)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_clients_write_one_collection_and_each_verifies_all_of_it()
    {
        var installed = Directory.Exists(Tour.Script("JavaScript/node_modules/@azure-rest/confidential-ledger"));
        Requirement.Met(installed, "npm ci has not run in test/Stele.EndToEnd.Tests/JavaScript.");
        Requirement.Met(
            Directory.Exists("/usr/lib/python3/dist-packages/azure/confidentialledger"),
            "Debian's package python3-azure is not installed.");
        var collection = new CollectionId($"side by side {Guid.NewGuid():N}");
        var client = Connect();
        await Task.WhenAll(PythonAsync(collection, "write"), JavaScriptAsync(collection, "write"), WriteAsync(client, collection));

        var entries = await ReadAsync(client, collection);
        foreach (var language in new[] { "C#", "JavaScript", "Python" })
        {
            var own = entries.Select(entry => entry[1]).Where(text => text.StartsWith(language, StringComparison.Ordinal));
            Assert.Equal(Enumerable.Range(0, 5).Select(number => $"{language} {number}"), own);
        }
        Assert.Equal(entries, Read(await PythonAsync(collection, "read")));
        Assert.Equal(entries, Read(await JavaScriptAsync(collection, "read")));
    }

    private static async Task WriteAsync(LedgerClient client, CollectionId collection)
    {
        for (var number = 0; number < 5; number++)
            await client.PostEntryAsync(WaitUntil.Completed, $"C# {number}", collection, Cancel);
    }

    private static async Task<string[][]> ReadAsync(LedgerClient client, CollectionId collection)
    {
        List<string[]> entries = [];
        await foreach (var entry in client.GetEntriesAsync(collection, cancellationToken: Cancel))
        {
            VerifiedEntry verified = await client.GetVerifiedEntryAsync(entry.TransactionId, collection, Cancel);
            Assert.Equal(entry.Contents, verified.Contents);
            entries.Add([entry.TransactionId.ToString(), verified.Contents]);
        }
        return [.. entries];
    }

    private static string[][] Read(Finished run) =>
    [
        .. JsonDocument.Parse(run.Output).RootElement.EnumerateArray()
            .Select(entry => new[] { entry[0].GetString()!, entry[1].GetString()! }),
    ];

    private LedgerClient Connect()
    {
        var options = new LedgerClientOptions
        {
            ServiceCertificate = X509CertificateLoader.LoadCertificateFromFile(ledger.ServiceCertificate),
        };
        return new LedgerClient(ledger.Uri, X509Certificate2.CreateFromPemFile(ledger.Administrator), options);
    }

    private async Task<Finished> PythonAsync(CollectionId collection, string what) => (await Finished.RunAsync(new ProcessStartInfo(
        "/usr/bin/python3", ["-B", Tour.Script("Python/side_by_side.py"), .. Tour.Arguments(ledger), collection.Value, what]))).Ok();

    private async Task<Finished> JavaScriptAsync(CollectionId collection, string what) => (await Finished.RunAsync(new ProcessStartInfo(
        "node", [Tour.Script("JavaScript/side_by_side.mjs"), .. Tour.Arguments(ledger), collection.Value, what]))).Ok();
}
