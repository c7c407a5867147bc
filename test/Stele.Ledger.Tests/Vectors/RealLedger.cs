using System.Text.Json;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;

namespace Stele.Ledger.Tests.Vectors;

/// <summary>A ledger that a real CCF service wrote.</summary>
internal static class RealLedger
{
    public static IEnumerable<LedgerEntry> Entries(string directory)
    {
        foreach (var chunk in LedgerDirectory.Chunks(directory))
        {
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out _, out var bytes)) yield return LedgerEntry.Parse(bytes);
        }
    }

    public static LedgerSecrets Secrets(string service)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(SharedVectors.Require($"vectors/ccf-live/{service}/ledger-secrets.json")));
        return new LedgerSecrets(json.RootElement.EnumerateObject().Select(secret => KeyValuePair.Create(
            new SeqNo(long.Parse(secret.Name)), new LedgerSecret(Convert.FromHexString(secret.Value.GetString()!)))));
    }
}
