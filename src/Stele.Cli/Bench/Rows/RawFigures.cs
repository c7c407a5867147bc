using System.Diagnostics;
using System.Security.Cryptography;
using Stele.Cli.Bench.Load;
using Stele.Cryptography.Sealing;

namespace Stele.Cli.Bench.Rows;

/// <summary>What the machine can do at all: the pieces that every ledger is made of.</summary>
internal static class RawFigures
{
    private const int Small = 512;
    private const int Large = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    public static IEnumerable<Figure> Measure(string directory)
    {
        using var secret = LedgerSecret.Generate();
        var id = new TransactionId(View.First, SeqNo.First);
        var tag = new byte[LedgerSecret.TagSize];
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var (data, sealedData) = (new byte[Large], new byte[Large]);
        var digest = new byte[SHA256.HashSizeInBytes];
        yield return Once("SHA-256 of 512 B", () => SHA256.HashData(data.AsSpan(0, Small), digest));
        yield return Speed("SHA-256 of 1 MiB", () => SHA256.HashData(data, digest));
        yield return Once("AES-256-GCM of 512 B", () => secret.Seal(id, [], data.AsSpan(0, Small), sealedData.AsSpan(0, Small), tag));
        yield return Speed("AES-256-GCM of 1 MiB", () => secret.Seal(id, [], data, sealedData, tag));
        yield return Once("P-384 signature", () => key.SignHash(digest));
        var flushes = Flushes(directory, Patience);
        yield return new Figure("write and flush of 4 KiB, p50", flushes.Microseconds(0.5), "µs");
        yield return new Figure("write and flush of 4 KiB, p99", flushes.Microseconds(0.99), "µs");
    }

    /// <summary>Appends to a file and flushes it, again and again, as a ledger that writes one entry at a time does.</summary>
    public static LatencyCounters Flushes(string directory, TimeSpan duration)
    {
        var latencies = new LatencyCounters();
        using var file = new FlushedFile(directory);
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < duration) latencies.Record((long)file.Append().TotalNanoseconds);
        return latencies;
    }

    private static Figure Once(string name, Action action) => new(name, Seconds(action) * 1e6, "µs");

    private static Figure Speed(string name, Action action) => new(name, Large / Seconds(action) / 1e6, "MB/s") { MoreIsBetter = true };

    private static double Seconds(Action action)
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Patience / 3;) action(); // warms up
        var begin = Stopwatch.GetTimestamp();
        var count = 0;
        for (; Stopwatch.GetElapsedTime(begin) < Patience; count++) action();
        return Stopwatch.GetElapsedTime(begin).TotalSeconds / count;
    }
}
