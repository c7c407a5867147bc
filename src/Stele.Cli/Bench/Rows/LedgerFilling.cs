using System.Globalization;
using Stele.Cli.Bench.Load;

namespace Stele.Cli.Bench.Rows;

/// <summary>Brings a ledger to a size, and remembers which entries can be asked for.</summary>
internal static class LedgerFilling
{
    private const string FileName = "bench-ids";
    private const int Connections = 64;
    private const int IdsMax = 1_000_000;
    private const int FewEntries = 10;

    /// <summary>Appends what is missing of so many entries.</summary>
    /// <returns>The ids to ask for: of all entries, or of as many as is enough, evenly drawn.</returns>
    public static async Task<IReadOnlyList<TransactionId>> FillAsync(
        LoadTarget target, string dataDirectory, int entries, int bytes, Action<string> say, CancellationToken cancel)
    {
        var path = Path.Combine(dataDirectory, FileName);
        var (written, ids) = Read(path);
        if (written >= entries) return ids;
        say($"filling the ledger with {entries - written} entries of {bytes} bytes");
        var keepEvery = Math.Max(1, entries / IdsMax);
        for (var part = 0; part < FewEntries; part++)
        {
            var goal = entries - (long)(entries - written) * (FewEntries - 1 - part) / FewEntries;
            written = await AppendAsync(target, written, (int)goal, bytes, keepEvery, ids, cancel);
            await AppendToFewAsync(target, bytes, cancel);
        }
        await File.WriteAllLinesAsync(path, [written.ToString(CultureInfo.InvariantCulture), .. ids.Select(id => id.ToString())], cancel);
        return ids;
    }

    private static async Task<int> AppendAsync(
        LoadTarget target, int written, int goal, int bytes, int keepEvery, List<TransactionId> ids, CancellationToken cancel)
    {
        var left = goal - written;
        if (left <= 0) return written;
        var request = Workload.AppendRequest("", Workload.Collection, bytes);
        var exchanges = new List<IdCollectingAppend>();
        var connections = Math.Min(Connections, left);
        await using var pool = await LoadPool.OpenAsync(target, connections, Exchange, cancel);
        await pool.RunWhileAsync(() => Interlocked.Decrement(ref left) >= 0, cancel);
        ids.AddRange(exchanges.SelectMany(exchange => exchange.Ids));
        return goal;

        IExchange Exchange(int connection)
        {
            lock (exchanges)
            {
                exchanges.Add(new IdCollectingAppend(request, keepEvery));
                return exchanges[^1];
            }
        }
    }

    private static async Task AppendToFewAsync(LoadTarget target, int bytes, CancellationToken cancel)
    {
        var request = Workload.AppendRequest("", Workload.FewCollection, bytes, "&waitForCommit=true");
        await using var pool = await LoadPool.OpenAsync(target, 1, _ => new SameRequest(request), cancel);
        await pool.AskAsync(cancel);
    }

    private static (int Written, List<TransactionId> Ids) Read(string path)
    {
        if (!File.Exists(path)) return (0, []);
        using var lines = File.ReadLines(path).GetEnumerator();
        if (!lines.MoveNext() || !int.TryParse(lines.Current, CultureInfo.InvariantCulture, out var written))
            throw new CommandFailedException($"{path} is damaged: its first line is no number of entries.", ExitCode.Failed);
        var ids = new List<TransactionId>();
        while (lines.MoveNext())
            if (TransactionId.TryParse(lines.Current, out var id)) ids.Add(id);
        return (written, ids);
    }

    /// <summary>An append that remembers some of the ids it was answered with.</summary>
    private sealed class IdCollectingAppend(byte[] request, int keepEvery) : IExchange
    {
        private int _answered;

        public List<TransactionId> Ids { get; } = [];

        public ReadOnlyMemory<byte> Next() => request;

        public ReplyFrame Read(ReadOnlySpan<byte> received)
        {
            var frame = HttpText.Frame(received);
            if (frame is { Length: > 0, Ok: true } && _answered++ % keepEvery == 0 && HttpText.Transaction(received) is { } id) Ids.Add(id);
            return frame;
        }
    }
}
