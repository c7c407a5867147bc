using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Stele.Cli.Bench.Load;
using Stele.Cli.Bench.Servers;
using Stele.Etcd;

namespace Stele.Cli.Bench.Rows;

/// <summary>Three nodes on three members of etcd, beside what the same etcd takes of batches of the same bytes.</summary>
internal static class NetworkFigures
{
    private const int EntryBytes = 64;
    private const int BatchesLookedAt = 64;

    // Few callers make small batches, of which etcd is the price, many make large ones, of which HTTPS is.
    private static readonly int[] Connections = [32, 256];

    // Where a batch says how many entries it has.
    private const int CountOffset = 16;

    /// <summary>Measures both in turns.</summary>
    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        string directory, TimeSpan duration, int rounds, CancellationToken cancel)
    {
        await using var network = await NetworkServer.StartAsync(directory, cancel);
        using var etcd = new EtcdClient(new EtcdOptions(network.EtcdEndpoints), TimeProvider.System);
        var figures = new List<Figure>();
        foreach (var connections in Connections)
            figures.AddRange(await MeasureAsync(network, etcd, connections, duration, rounds, cancel));
        return figures;
    }

    private static async Task<IEnumerable<Figure>> MeasureAsync(
        NetworkServer network, EtcdClient etcd, int connections, TimeSpan duration, int rounds, CancellationToken cancel)
    {
        var append = new Workload("append", EntryBytes);
        await using var pool = await LoadPool.OpenAsync(network.Target, connections, i => append.Exchange("", [], i), cancel);
        await pool.RunAsync(duration, cancel); // warms up
        var (entries, shares, batches) = (new List<double>(), new List<double>(), new List<Batches>());
        for (var round = 0; round < rounds; round++)
        {
            entries.Add((await pool.RunAsync(duration, cancel)).PerSecond);
            batches.Add(await LastBatchesAsync(etcd, cancel));
            var alone = await BatchesPerSecondAsync(etcd, batches[^1].Bytes, duration, cancel) * batches[^1].Entries;
            shares.Add(entries[^1] / alone);
        }
        return
        [
            new Figure($"three nodes on etcd: append {EntryBytes} B, {connections} conn.", Median(entries), "/s") { MoreIsBetter = true },
            new Figure($"the same, of what etcd alone takes as batches of as many bytes, {connections} conn.", Median(shares), "of etcd")
            {
                Target = 0.6,
                MoreIsBetter = true,
                Note = Describe(Median(batches.Select(one => one.Entries)), Median(batches.Select(one => one.Bytes))),
            },
        ];
    }

    private static async Task<Batches> LastBatchesAsync(EtcdClient etcd, CancellationToken cancel)
    {
        var found = await etcd.RangeAsync(
            new RangeQuery(KeyRange.Prefix(Encoding.UTF8.GetBytes($"/stele/{NetworkServer.LedgerId}/batch/")))
            {
                FromLast = true,
                Limit = BatchesLookedAt,
            },
            cancel);
        return new Batches(
            found.KeyValues.Average(one => BinaryPrimitives.ReadInt32LittleEndian(one.Value.Span[CountOffset..])),
            found.KeyValues.Average(one => one.Value.Length));
    }

    // As the log does it: one behind the other, each where the one before it has left the tail.
    private static async Task<double> BatchesPerSecondAsync(EtcdClient etcd, double bytes, TimeSpan duration, CancellationToken cancel)
    {
        var (tail, batch) = (Key("tail"), new byte[(int)bytes]);
        RandomNumberGenerator.Fill(batch);
        await etcd.PutAsync(new EtcdOperation.Put(tail, BitConverter.GetBytes(0L)), cancel);
        var start = Stopwatch.GetTimestamp();
        var count = 0L;
        for (; Stopwatch.GetElapsedTime(start) < duration; count++)
        {
            var put = await etcd.TransactAsync(
                new EtcdTransaction
                {
                    If = [new EtcdCompare.ValueIs(tail, BitConverter.GetBytes(count))],
                    Then =
                    [
                        new EtcdOperation.Put(Key($"{count}"), batch),
                        new EtcdOperation.Put(tail, BitConverter.GetBytes(count + 1)),
                    ],
                },
                cancel);
            if (!put.Succeeded) throw new CommandFailedException("etcd lost count of its own batches.", ExitCode.Failed);
        }
        var rate = count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        var deleted = await etcd.DeleteRangeAsync(KeyRange.Prefix(Key("")), cancel);
        await etcd.CompactAsync(deleted.Revision, physical: true, cancel);
        return rate;
    }

    private static string Describe(double entries, double bytes) =>
        FormattableString.Invariant($"batches of {entries:F0} entries, {bytes / 1024:F0} KiB");

    private static byte[] Key(string name) => Encoding.ASCII.GetBytes($"/stele-bench/{name}");

    private static double Median(IEnumerable<double> values)
    {
        var all = values.Order().ToList();
        return all[(all.Count - 1) / 2];
    }

    private sealed record Batches(double Entries, double Bytes);
}
