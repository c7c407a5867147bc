using System.Text;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Sealing;

namespace Stele.Nemesis.Checks;

/// <summary>Reads a node's ledger files, opened with the ledger secrets.</summary>
internal static class LedgerReading
{
    /// <summary>The ledger in a node's data directory.</summary>
    public static async Task<NodeLedger> ReadAsync(string name, string data)
    {
        using var secrets = (await LedgerHome.ReadLedgerSecretsAsync(
            data, new SealOptions(new SealWay.KeyFile(), new PlatformOptions()), TimeProvider.System, CancellationToken.None))!;
        var items = new List<LedgerItem>();
        var committed = 0;
        foreach (var chunk in LedgerDirectory.Chunks(Path.Combine(data, "ledger")))
        {
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out _, out var bytes))
            {
                var entry = LedgerEntry.Parse(bytes);
                items.Add(Item(entry, secrets.For(entry.Id.SeqNo)!));
                if (entry.WritesTo(TableNames.Signatures) is not null)
                    committed = items.Count;
            }
        }

        return new NodeLedger(name, items, committed);
    }

    /// <summary>The closed files of the data directories that have one name and yet not the same bytes.</summary>
    public static IEnumerable<Violation> DifferentFiles(IReadOnlyList<string> data)
    {
        var files = data.SelectMany(directory => Directory.GetFiles(Path.Combine(directory, "ledger"), "*.committed"));
        foreach (var same in files.GroupBy(path => Path.GetFileName(path), StringComparer.Ordinal))
        {
            var first = File.ReadAllBytes(same.First());
            foreach (var path in same.Where(path => !File.ReadAllBytes(path).AsSpan().SequenceEqual(first)))
                yield return new Violation("ledger files are the same", path);
        }
    }

    private static LedgerItem Item(LedgerEntry entry, LedgerSecret secret)
    {
        if (!entry.TryOpen(secret, out var writes))
            throw new LedgerCorruptException("", 0, entry.Id.SeqNo, "its seal does not open");
        var write = writes.Find(TableNames.PrivateLogs)?.Writes[0];
        return new LedgerItem(entry.Id, entry.WriteSetDigest, write is { } w ? Text(w.Key) : null, Text(write?.Value));
    }

    private static string? Text(ReadOnlyMemory<byte>? bytes) => bytes is { } b ? Encoding.UTF8.GetString(b.Span) : null;
}
