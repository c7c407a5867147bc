using System.Diagnostics;
using Stele.Cli.Commands;
using Stele.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Audit;
using Stele.Ledger.Files;

namespace Stele.Cli.Bench.Rows;

/// <summary>How fast a ledger is audited, beside the digests and ciphers that an audit cannot do without.</summary>
internal static class AuditFigures
{
    private const long SampleBytes = 256L << 20;

    /// <summary>An audit of less is mostly the start of the program.</summary>
    private const long BytesJudged = 50_000_000;

    /// <summary>Audits a ledger whose node is stopped.</summary>
    /// <exception cref="CommandFailedException">The ledger is not whole.</exception>
    public static async Task<IReadOnlyList<Figure>> MeasureAsync(string dataDirectory, CancellationToken cancel)
    {
        var home = new DirectoryInfo(dataDirectory);
        var files = Path.Combine(dataDirectory, "ledger");
        var bytes = LedgerDirectory.Chunks(files).Sum(chunk => new FileInfo(chunk.Path).Length);
        using var secret = AuditCommand.Secret(home)!;
        var options = new AuditOptions
        {
            Secrets = new LedgerSecrets(secret),
            Head = LedgerHead.Read(Path.Combine(dataDirectory, "head")),
        };
        var bare = BareSpeed(files); // also reads the files, so that neither waits for the disk
        var start = Stopwatch.GetTimestamp();
        var report = await LedgerAuditor.AuditAsync(files, options, cancel);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (report is not AuditReport.Verified verified)
            throw new CommandFailedException($"The audit found: {report}", ExitCode.NotVerified);
        var speed = bytes / seconds / 1e6;
        return
        [
            new Figure("audit", speed, "MB/s") { MoreIsBetter = true, Note = $"{verified.Entries} entries, {bytes / 1_000_000} MB" },
            new Figure("SHA-256 and AES-GCM of the same, all cores", bare, "MB/s") { MoreIsBetter = true },
            new Figure("audit as a share of them", speed / bare, "×")
            {
                Target = bytes < BytesJudged ? null : 0.6,
                MoreIsBetter = true,
                Note = bytes < BytesJudged ? "the ledger is too small to judge by" : null,
            },
        ];
    }

    /// <summary>Hashes and seals the entries of a ledger, each by itself as an auditor must, on all cores.</summary>
    /// <returns>MB/s.</returns>
    private static double BareSpeed(string files)
    {
        var chunks = Load(files);
        using var secret = LedgerSecret.Generate();
        var bytes = chunks.Sum(chunk => chunk.Sum(entry => (long)entry.Length));
        _ = Time(chunks.Take(Environment.ProcessorCount), secret); // warms up
        return bytes / Time(chunks, secret).TotalSeconds / 1e6;
    }

    private static TimeSpan Time(IEnumerable<List<byte[]>> chunks, LedgerSecret secret)
    {
        var start = Stopwatch.GetTimestamp();
        Parallel.ForEach(chunks, chunk => HashAndSeal(chunk, secret));
        return Stopwatch.GetElapsedTime(start);
    }

    private static void HashAndSeal(List<byte[]> entries, LedgerSecret secret)
    {
        Span<byte> tag = stackalloc byte[LedgerSecret.TagSize];
        var sealedEntry = new byte[entries.Max(entry => entry.Length)];
        var id = new TransactionId(View.First, SeqNo.First);
        foreach (var entry in entries)
        {
            _ = Digest.Of(entry); // what the ledger hashes with
            secret.Seal(id, [], entry, sealedEntry.AsSpan(0, entry.Length), tag);
        }
    }

    private static List<List<byte[]>> Load(string files)
    {
        var chunks = new List<List<byte[]>>();
        long loaded = 0;
        foreach (var chunk in LedgerDirectory.Chunks(files).TakeWhile(_ => loaded < SampleBytes))
        {
            var entries = new List<byte[]>();
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out _, out var bytes)) entries.Add(bytes.ToArray());
            loaded += entries.Sum(entry => (long)entry.Length);
            if (entries.Count > 0) chunks.Add(entries);
        }
        return chunks;
    }
}
