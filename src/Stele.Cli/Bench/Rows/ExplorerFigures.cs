using System.Globalization;
using System.Text;
using System.Text.Json;
using Stele.Cli.Bench.Load;
using Stele.Cli.Bench.Servers;

namespace Stele.Cli.Bench.Rows;

/// <summary>
/// How long who looks around in a ledger waits for what the explorer asks, one question at a time on one connection; and how many
/// times as long as in a small ledger, which is asked in turns with it.
/// </summary>
internal sealed class ExplorerFigures(TimeSpan duration, int rounds, CancellationToken cancel)
{
    /// <summary>How many entries the small ledger has.</summary>
    public const int SmallEntries = 10_000;

    private const int Moments = 1000;
    private const string Version = "api-version=2026-07-31-preview";
    private const string OfMany = $"/app/transactions?{Version}&collectionId={Workload.Collection}";
    private const string OfFew = $"/app/transactions?{Version}&collectionId={Workload.FewCollection}";

    /// <summary>Measures a ledger, and a small one beside it unless it is small itself.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="entries">How many entries it has.</param>
    /// <param name="small">The small one; none where there is nothing to compare.</param>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(AskedLedger ledger, int entries, AskedLedger? small)
    {
        var figures = new List<Figure>();
        var (questions, smallOnes) = (await QuestionsAsync(ledger), small is null ? [] : await QuestionsAsync(small));
        for (var i = 0; i < questions.Count; i++)
        {
            var name = questions[i].Name;
            await using var pool = await OpenAsync(ledger, questions[i].Exchange);
            await using var other = small is null ? null : await OpenAsync(small, smallOnes[i].Exchange);
            var (times, otherTimes) = (new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                if (other is not null) otherTimes.Add(await P50Async(other));
                times.Add(await P50Async(pool));
            }
            var time = Median(times);
            figures.Add(new Figure($"{name}, {Number(entries)} entries, p50", time, "µs"));
            if (other is null) continue;
            var otherTime = Median(otherTimes);
            figures.Add(new Figure($"{name}, {Number(SmallEntries)} entries, p50", otherTime, "µs"));
            figures.Add(new Figure($"{name}, ratio", time / otherTime, "×"));
        }
        return figures;
    }

    private async Task<LoadPool> OpenAsync(AskedLedger ledger, IExchange exchange)
    {
        var pool = await LoadPool.OpenAsync(ledger.Server.Target, 1, _ => exchange, cancel);
        await pool.RunAsync(duration, cancel); // warms up
        return pool;
    }

    private async Task<double> P50Async(LoadPool pool)
    {
        var figures = await pool.RunAsync(duration, cancel);
        return figures.Failures == 0
            ? figures.P50
            : throw new CommandFailedException($"{figures.Failures} requests of the explorer's were refused.", ExitCode.Failed);
    }

    private async Task<IReadOnlyList<(string Name, IExchange Exchange)>> QuestionsAsync(AskedLedger ledger) =>
        [
            ("newest page of a collection", Same($"{OfMany}&order=descending")),
            ("newest page of a collection, by a seldom tag", Same($"{OfMany}&order=descending&tag={Workload.FewTag}")),
            ("newest of a collection with few entries", Same($"{OfFew}&order=descending")),
            ("newest of all collections", Same($"/app/entries?{Version}")),
            ("entry by random id", ById(ledger, $"/app/transactions/{IdTemplate.Id}?{Version}&collectionId={Workload.Collection}")),
            ("its receipt", ById(ledger, $"/app/transactions/{IdTemplate.Id}/receipt?{Version}")),
            ("signature of a random id", ById(ledger, $"/app/signatures?{Version}&transactionId={IdTemplate.Id}")),
            ("signature since a random moment", new DrawnRequest(await MomentsAsync(ledger))),
        ];

    private static SameRequest Same(string target) => new(HttpText.Get(target));

    private static DrawnIdRequest ById(AskedLedger ledger, string target) => new(new IdTemplate(target), ledger.Ids, seed: 0);

    // Between the first entry that is known and the last.
    private async Task<IReadOnlyList<byte[]>> MomentsAsync(AskedLedger ledger)
    {
        var first = await SignedAsync(ledger, ledger.Ids.Min());
        var length = await SignedAsync(ledger, ledger.Ids.Max()) - first;
        var numbers = new DrawnNumbers(seed: 1);
        return
        [
            .. from _ in Enumerable.Range(0, Moments)
               let moment = first + length * (numbers.Below(Moments) / (double)Moments)
               let text = moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
               select HttpText.Get($"/app/signatures?{Version}&time={text}"),
        ];
    }

    private async Task<DateTimeOffset> SignedAsync(AskedLedger ledger, TransactionId id)
    {
        var exchange = new KeptReply(HttpText.Get($"/app/signatures?{Version}&transactionId={id}"));
        await using var pool = await LoadPool.OpenAsync(ledger.Server.Target, 1, _ => exchange, cancel);
        await pool.AskAsync(cancel);
        using var body = JsonDocument.Parse(exchange.Body);
        return body.RootElement.GetProperty("time").GetDateTimeOffset();
    }

    private static double Median(List<double> values) => values.Order().ElementAt((values.Count - 1) / 2);

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>One of many requests, drawn anew each time.</summary>
    private sealed class DrawnRequest(IReadOnlyList<byte[]> requests) : IExchange
    {
        private DrawnNumbers _numbers = new(seed: 2);

        public ReadOnlyMemory<byte> Next() => requests[_numbers.Below(requests.Count)];

        public ReplyFrame Read(ReadOnlySpan<byte> received) => HttpText.Frame(received);
    }

    /// <summary>A request whose answer is kept.</summary>
    private sealed class KeptReply(byte[] request) : IExchange
    {
        public string Body { get; private set; } = "";

        public ReadOnlyMemory<byte> Next() => request;

        public ReplyFrame Read(ReadOnlySpan<byte> received)
        {
            var frame = HttpText.Frame(received);
            if (frame.Length > 0) Body = Encoding.UTF8.GetString(received[..frame.Length][(received.IndexOf("\r\n\r\n"u8) + 4)..]);
            return frame;
        }
    }
}

/// <summary>A ledger that is asked.</summary>
/// <param name="Server">The ledger.</param>
/// <param name="Ids">Entries of it that can be asked for.</param>
internal sealed record AskedLedger(SteleServer Server, IReadOnlyList<TransactionId> Ids);
