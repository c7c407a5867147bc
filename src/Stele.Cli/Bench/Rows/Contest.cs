using System.Diagnostics;
using Stele.Cli.Bench.Load;

namespace Stele.Cli.Bench.Rows;

/// <summary>Puts the ledger and its yardsticks under the same load, in turns.</summary>
/// <param name="Stele">The ledger.</param>
/// <param name="Kestrel">The bare endpoint.</param>
/// <param name="Postgres">A database, where there is one.</param>
/// <param name="Ids">The entries to ask for.</param>
/// <param name="Duration">How long each round takes.</param>
/// <param name="Rounds">How many rounds each has.</param>
internal sealed record Contest(
    LoadTarget Stele, LoadTarget Kestrel, LoadTarget? Postgres, IReadOnlyList<TransactionId> Ids, TimeSpan Duration, int Rounds)
{
    private const int ProbesMax = 20;
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(1);

    /// <summary>Measures one row.</summary>
    public async Task<LoadRow> RunAsync(Workload workload, int connections, CancellationToken cancel)
    {
        var replyBytes = await ReplyBytesAsync(workload, cancel);
        var pools = new List<(string Name, LoadPool Pool, List<LoadFigures> Rounds)>();
        try
        {
            await AddAsync("stele", Stele, i => workload.Exchange("", Ids, i));
            await AddAsync("kestrel", Kestrel, i => workload.Exchange($"/{replyBytes}", Ids, i));
            if (Postgres is not null && workload is { Kind: "append", Bytes: { } bytes })
                await AddAsync("postgresql", Postgres, _ => new Servers.PostgresExchange(bytes));
            foreach (var (_, pool, _) in pools) await pool.RunAsync(WarmUp, cancel);
            for (var round = 0; round < Rounds; round++)
                foreach (var (_, pool, rounds) in pools) rounds.Add(await pool.RunAsync(Duration, cancel));
        }
        finally
        {
            foreach (var (_, pool, _) in pools) await pool.DisposeAsync();
        }
        var stele = LoadFigures.Median(pools[0].Rounds);
        var comparisons = pools.Skip(1).Select(other => Compare(other.Name, LoadFigures.Median(other.Rounds)));
        return new LoadRow(workload.Kind, connections, workload.Bytes, replyBytes, stele, [.. comparisons]);

        async Task AddAsync(string name, LoadTarget target, Func<int, IExchange> exchange) =>
            pools.Add((name, await LoadPool.OpenAsync(target, connections, exchange, cancel), []));

        Comparison Compare(string name, LoadFigures figures) =>
            new(name, figures, stele.PerSecond / figures.PerSecond, Targets.Of(workload, connections, name));
    }

    private TimeSpan WarmUp => TimeSpan.FromSeconds(Math.Min(2, Duration.TotalSeconds));

    // The yardstick answers as many bytes as the ledger does.
    private async Task<int> ReplyBytesAsync(Workload workload, CancellationToken cancel)
    {
        var measuring = new MeasuredExchange(workload.Exchange("", Ids, connection: 0));
        await using var pool = await LoadPool.OpenAsync(Stele, 1, _ => measuring, cancel);
        var start = Stopwatch.GetTimestamp();
        var probes = 0;
        for (; probes < ProbesMax && (probes == 0 || Stopwatch.GetElapsedTime(start) < ProbePatience); probes++)
            await pool.AskAsync(cancel);
        return measuring.BodyBytes / probes;
    }

    private sealed class MeasuredExchange(IExchange exchange) : IExchange
    {
        public int BodyBytes { get; private set; }

        public ReadOnlyMemory<byte> Next() => exchange.Next();

        public ReplyFrame Read(ReadOnlySpan<byte> received)
        {
            var frame = exchange.Read(received);
            if (frame.Length > 0) BodyBytes += HttpText.BodyLength(received);
            return frame;
        }
    }
}
