using System.Buffers.Binary;
using System.Diagnostics;
using Stele.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Audit;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Sealing;

namespace Stele.Cli.Bench.Rows;

/// <summary>How fast a ledger is audited, beside the digests and ciphers that an audit cannot do without.</summary>
/// <remarks>
/// The yardstick is, for each entry by itself and on all cores, the SHA-256 of its bytes and the opening of its private
/// domain, with what the ledger itself hashes and opens with. It has no files to read, no tree, no commit evidence and no
/// signatures.
/// </remarks>
internal static class AuditFigures
{
    private const long SampleBytes = 256L << 20;

    /// <summary>An audit of less is mostly the start of the program.</summary>
    private const long BytesJudged = 50_000_000;

    /// <summary>Audits a ledger whose node is stopped.</summary>
    /// <exception cref="CommandFailedException">The ledger is not whole.</exception>
    public static async Task<IReadOnlyList<Figure>> MeasureAsync(string dataDirectory, CancellationToken cancel)
    {
        var files = Path.Combine(dataDirectory, "ledger");
        var bytes = LedgerDirectory.Chunks(files).Sum(chunk => new FileInfo(chunk.Path).Length);
        using var secrets = (await LedgerHome.ReadLedgerSecretsAsync(
            dataDirectory, new SealOptions(null, new PlatformOptions()), TimeProvider.System, cancel))!;
        var options = new AuditOptions
        {
            Secrets = secrets,
            Head = LedgerHead.Read(Path.Combine(dataDirectory, "head")),
        };
        var bare = BareSpeed(files, secrets.All[0].Value); // also reads the files, so that neither waits for the disk
        var (every, entries) = await AuditAsync(files, options, cancel);
        var (last, _) = await AuditAsync(files, options with { Signatures = SignatureChecks.Last }, cancel);
        return
        [
            new Figure("audit", bytes / every / 1e6, "MB/s") { MoreIsBetter = true, Note = $"{entries} entries, {bytes / 1_000_000} MB" },
            new Figure("audit --signatures last", bytes / last / 1e6, "MB/s") { MoreIsBetter = true },
            new Figure("SHA-256 and opening of each entry alone, all cores", bare, "MB/s") { MoreIsBetter = true },
            new Figure("audit as a share of that", bytes / every / 1e6 / bare, "×")
            {
                MoreIsBetter = true,
                Note = "verifies two P-384 signatures for each root besides",
            },
            new Figure("audit --signatures last as a share of that", bytes / last / 1e6 / bare, "×")
            {
                Target = bytes < BytesJudged ? null : 0.6,
                MoreIsBetter = true,
                Note = bytes < BytesJudged ? "the ledger is too small to judge by" : null,
            },
        ];
    }

    private static async Task<(double Seconds, long Entries)> AuditAsync(string files, AuditOptions options, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        var report = await LedgerAuditor.AuditAsync(files, options, cancel);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return report is AuditReport.Verified verified
            ? (seconds, verified.Entries)
            : throw new CommandFailedException($"The audit found: {report}", ExitCode.NotVerified);
    }

    /// <summary>Hashes and opens the entries of a ledger, each by itself as an auditor must, on all cores.</summary>
    /// <returns>MB/s.</returns>
    private static double BareSpeed(string files, LedgerSecret secret)
    {
        var chunks = Load(files);
        var bytes = chunks.Sum(chunk => chunk.Sum(entry => (long)entry.Bytes.Length));
        _ = Time(chunks.Take(Environment.ProcessorCount), secret); // warms up
        return bytes / Time(chunks, secret).TotalSeconds / 1e6;
    }

    private static TimeSpan Time(IEnumerable<List<SealedEntry>> chunks, LedgerSecret secret)
    {
        var start = Stopwatch.GetTimestamp();
        Parallel.ForEach(chunks, chunk => HashAndOpen(chunk, secret));
        return Stopwatch.GetElapsedTime(start);
    }

    private static void HashAndOpen(List<SealedEntry> entries, LedgerSecret secret)
    {
        var plaintext = new byte[entries.Max(entry => entry.Bytes.Length)];
        foreach (var entry in entries)
        {
            _ = Digest.Of(entry.Bytes);
            var isOpen = secret.TryOpen(entry.Id, entry.Public, entry.Private, entry.Tag, plaintext.AsSpan(0, entry.Private.Length));
            if (!isOpen) throw new CommandFailedException($"Entry {entry.Id} does not open.", ExitCode.NotVerified);
        }
    }

    private static List<List<SealedEntry>> Load(string files)
    {
        var chunks = new List<List<SealedEntry>>();
        long loaded = 0;
        foreach (var chunk in LedgerDirectory.Chunks(files).TakeWhile(_ => loaded < SampleBytes))
        {
            var entries = new List<SealedEntry>();
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out _, out var bytes)) entries.Add(new SealedEntry(bytes.ToArray()));
            loaded += entries.Sum(entry => (long)entry.Bytes.Length);
            if (entries.Count > 0) chunks.Add(entries);
        }
        return chunks;
    }

    /// <summary>An entry cut up beforehand, as docs/ledger-format.md has it.</summary>
    private sealed class SealedEntry(byte[] bytes)
    {
        private const int TagAt = 8;
        private const int PublicSizeAt = 36;
        private const int PublicAt = PublicSizeAt + sizeof(long);

        private readonly int _privateAt = PublicAt + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(PublicSizeAt));

        public TransactionId Id { get; } = LedgerEntry.Parse(bytes).Id;

        public byte[] Bytes => bytes;

        public ReadOnlySpan<byte> Tag => bytes.AsSpan(TagAt, LedgerSecret.TagSize);

        public ReadOnlySpan<byte> Public => bytes.AsSpan(PublicAt, _privateAt - PublicAt);

        public ReadOnlySpan<byte> Private => bytes.AsSpan(_privateAt);
    }
}
