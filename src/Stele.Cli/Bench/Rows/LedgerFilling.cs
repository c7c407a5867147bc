using Stele.Cli.Bench.Load;

namespace Stele.Cli.Bench.Rows;

/// <summary>Brings a ledger to a size, and remembers which entries can be asked for.</summary>
/// <param name="Target">The ledger.</param>
/// <param name="DataDirectory">Where it lives.</param>
/// <param name="Bytes">The size of the entries' contents.</param>
/// <param name="Say">Tells a person how far it is.</param>
internal sealed record LedgerFilling(LoadTarget Target, string DataDirectory, int Bytes, Action<string> Say)
{
    private const int ConnectionsMax = 128;

    /// <summary>A connection costs both ends about as much as so many entries: fewer are not worth one more.</summary>
    private const int EntriesWorthConnection = 100;

    private const int IdsMax = 1_000_000;
    private const int WorthTelling = 100_000;

    /// <summary>How many entries the small collection and the tag have: one is written behind each of as many parts.</summary>
    private const int Parts = 10;

    /// <summary>Appends what is missing of so many entries and collections.</summary>
    /// <returns>The ids to ask for: of all entries, or of as many as is enough, evenly drawn.</returns>
    public async Task<IReadOnlyList<TransactionId>> FillAsync(int entries, int collections, CancellationToken cancel)
    {
        var filled = FilledLedger.Read(DataDirectory);
        if (collections > filled.Collections) await AddCollectionsAsync(filled, collections, cancel);
        if (entries > filled.Entries) await AddEntriesAsync(filled, entries, cancel);
        return filled.RangeStarts();
    }

    private async Task AddEntriesAsync(FilledLedger filled, int entries, CancellationToken cancel)
    {
        var before = filled.Entries;
        var missing = entries - before;
        var keepEvery = Math.Max(1, entries / IdsMax);
        var request = Workload.AppendRequest("", Workload.Collection, Bytes);
        var appends = ExchangesFor(missing, () => new IdCollecting(new SameRequest(request), keepEvery));
        await using var pool = await OpenAsync(appends, cancel);
        for (var part = 1; part <= Parts; part++)
        {
            if (part == 1 || missing >= WorthTelling) Say($"filling the ledger: {filled.Entries:N0} of {entries:N0} entries");
            var goal = before + (int)((long)missing * part / Parts);
            await AppendAsync(pool, goal - filled.Entries, cancel);
            filled.Ids.AddRange(appends.SelectMany(append => append.TakeIds()));
            filled.Entries = goal;
            await AppendFewAsync(cancel);
            filled.Write(DataDirectory);
        }
    }

    private async Task AddCollectionsAsync(FilledLedger filled, int collections, CancellationToken cancel)
    {
        Say($"filling the ledger: {collections:N0} collections with an entry each");
        var number = filled.Collections;
        var missing = collections - number;
        var appends = ExchangesFor(missing, () => new NewCollectionRequest(Bytes, () => Interlocked.Increment(ref number)));
        await using (var pool = await OpenAsync(appends, cancel)) await AppendAsync(pool, missing, cancel);
        filled.Collections = collections;
        filled.Write(DataDirectory);
    }

    private static List<T> ExchangesFor<T>(int entries, Func<T> exchange) =>
        [.. Enumerable.Range(0, Math.Clamp(entries / EntriesWorthConnection, 1, ConnectionsMax)).Select(_ => exchange())];

    private Task<LoadPool> OpenAsync<T>(List<T> exchanges, CancellationToken cancel) where T : IExchange =>
        LoadPool.OpenAsync(Target, exchanges.Count, i => exchanges[i], cancel);

    private static Task AppendAsync(LoadPool pool, int count, CancellationToken cancel) =>
        pool.RunWhileAsync(() => Interlocked.Decrement(ref count) >= 0, cancel);

    private async Task AppendFewAsync(CancellationToken cancel)
    {
        byte[][] requests =
        [
            Workload.AppendRequest("", Workload.FewCollection, Bytes),
            Workload.AppendRequest("", Workload.Collection, Bytes, $"&tags={Workload.FewTag}&waitForCommit=true"),
        ];
        foreach (var request in requests)
        {
            await using var pool = await LoadPool.OpenAsync(Target, 1, _ => new SameRequest(request), cancel);
            await pool.AskAsync(cancel);
        }
    }

    /// <summary>Appends to a collection that does not exist yet.</summary>
    private sealed class NewCollectionRequest(int bytes, Func<int> next) : IExchange
    {
        public ReadOnlyMemory<byte> Next() => Workload.AppendRequest("", $"{Workload.Collection}-{next():D7}", bytes);

        public ReplyFrame Read(ReadOnlySpan<byte> received) => HttpText.Frame(received);
    }

    /// <summary>Appends that remember some of the ids that they were answered with.</summary>
    private sealed class IdCollecting(IExchange append, int keepEvery) : IExchange
    {
        private readonly List<TransactionId> _ids = [];
        private int _answered;

        /// <summary>Those that were not taken yet.</summary>
        public IReadOnlyList<TransactionId> TakeIds()
        {
            IReadOnlyList<TransactionId> ids = [.. _ids];
            _ids.Clear();
            return ids;
        }

        public ReadOnlyMemory<byte> Next() => append.Next();

        public ReplyFrame Read(ReadOnlySpan<byte> received)
        {
            var frame = append.Read(received);
            var isKept = frame is { Length: > 0, Ok: true } && ++_answered % keepEvery == 0;
            if (isKept && HttpText.Transaction(received) is { } id) _ids.Add(id);
            return frame;
        }
    }
}
