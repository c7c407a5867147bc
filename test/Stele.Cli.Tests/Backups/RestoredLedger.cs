using System.Text;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;

namespace Stele.Cli.Tests.Backups;

/// <summary>What comes back from a backup, in a data directory of its own.</summary>
internal sealed class RestoredLedger
{
    private readonly string _data;

    private RestoredLedger(string data) => _data = data;

    public string ServiceCertificate => Path.Combine(_data, "service_cert.pem");

    /// <summary>Restores a backup and audits what has come of it.</summary>
    public static async Task<RestoredLedger> OfAsync(string backup, string data)
    {
        (await SteleTool.RunAsync("restore", backup, data)).Ok();
        var restored = new RestoredLedger(data);
        (await SteleTool.RunAsync("audit", data, "--service-cert", restored.ServiceCertificate)).Ok();
        return restored;
    }

    /// <summary>Expects that a ledger without secrets holds these contents, by their ids.</summary>
    public void Holds(IReadOnlyDictionary<string, string> expected)
    {
        var found = Entries();
        foreach (var (id, contents) in expected)
            Assert.True(found.GetValueOrDefault(id)?.Contains(contents, StringComparison.Ordinal), $"{id}: {found.GetValueOrDefault(id)}");
    }

    /// <summary>Expects that it has entries of these ids, which are sealed.</summary>
    public void Has(IEnumerable<string> ids)
    {
        var found = Entries();
        Assert.DoesNotContain(ids, id => !found.ContainsKey(id));
    }

    // What can be read of each entry; the audit has shown that they are what the service signed.
    private Dictionary<string, string> Entries()
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var chunk in LedgerDirectory.Chunks(Path.Combine(_data, "ledger")))
        {
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out _, out var bytes))
            {
                var entry = LedgerEntry.Parse(bytes);
                var logs = entry.PublicWrites.Find(TableNames.PublicLogs);
                entries[entry.Id.ToString()] = logs is null ? "" : Encoding.UTF8.GetString(logs.Writes[0].Value!.Value.Span);
            }
        }
        return entries;
    }
}
