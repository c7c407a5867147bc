using Stele.Cli.Bench.Rows;
using Stele.Cli.Bench.Servers;
using Stele.Cli.Network;

namespace Stele.Cli.Bench;

/// <summary>One run: starts the servers, measures row by row, and ends them.</summary>
internal sealed class BenchRun(BenchOptions options, Action<string> say)
{
    private const int FillBytes = 64;
    private const int WarmUpConnectionsMax = 32;

    private readonly List<LoadRow> _rows = [];
    private readonly List<Figure> _figures = [];

    public async Task<Report> RunAsync(CancellationToken cancel)
    {
        var machine = Machine.Here();
        if (machine.IsBusy) say($"this machine is busy with something else: its load average is {machine.LoadBefore}");
        var directory = Directory.CreateTempSubdirectory("stele-bench-").FullName;
        try
        {
            await MeasureAsync(directory, cancel);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
        return new Report(machine, options.Entries, options.Collections, options.Duration.TotalSeconds, options.Rounds, _rows, _figures);
    }

    private async Task MeasureAsync(string directory, CancellationToken cancel)
    {
        if (options.Wants("network")) await MeasureNetworkAsync(directory, cancel);
        if (options.Only.Count == 1 && options.Wants("network")) return;
        var workloads = Workloads().ToList();
        await using var stele = await SteleServer.StartAsync(options.DataDirectory ?? Path.Combine(directory, "ledger"), cancel);
        var filling = new LedgerFilling(stele.Target, stele.DataDirectory, FillBytes, say);
        var ids = await filling.FillAsync(options.Entries, options.Collections, cancel);
        if (options.Wants("raw")) Add(RawFigures.Measure(stele.DataDirectory));
        if (options.Wants("start")) Add(await RestartAsync(stele, cancel));
        if (options.Wants("explorer")) await MeasureExplorerAsync(new AskedLedger(stele, ids), directory, cancel);
        if (options.Wants("one") || workloads.Count > 0)
        {
            await using var kestrel = await KestrelServer.StartAsync(directory, stele.Client, cancel);
            if (options.Wants("one")) await MeasureOneAsync(stele, kestrel, cancel);
            await MeasureLoadAsync(stele, kestrel, ids, workloads, cancel);
        }
        if (options.Wants("start")) Add([Memory("most memory held", stele.PeakMemory)]);
        if (!options.Wants("audit")) return;
        await stele.StopAsync(cancel);
        say("auditing");
        Add(await AuditFigures.MeasureAsync(stele.DataDirectory, cancel));
    }

    private async Task MeasureNetworkAsync(string directory, CancellationToken cancel)
    {
        if (EtcdProgram.TryFind() is not null)
            Add(await NetworkFigures.MeasureAsync(directory, options.Duration, options.Rounds, cancel));
        else say("etcd is not installed (none found on the PATH): networks are left out");
    }

    private async Task<IReadOnlyList<Figure>> RestartAsync(SteleServer stele, CancellationToken cancel)
    {
        await stele.StopAsync(cancel);
        var time = await stele.StartAgainAsync(cancel);
        return
        [
            new Figure("start after a clean stop", time.TotalSeconds, "s") { Target = 3, Note = $"{options.Entries} entries" },
            Memory("memory held after the start", stele.Memory),
        ];
    }

    private async Task MeasureOneAsync(SteleServer stele, KestrelServer kestrel, CancellationToken cancel)
    {
        Add(await SingleFigures.MeasureAppendsAsync(stele, kestrel.Target, options.Duration, options.Rounds, cancel));
        Add(await SingleFigures.MeasureCommitAsync(stele, kestrel.Target, cancel));
    }

    private async Task MeasureExplorerAsync(AskedLedger ledger, string directory, CancellationToken cancel)
    {
        var figures = new ExplorerFigures(options.Duration, options.Rounds, cancel);
        if (options.Entries <= ExplorerFigures.SmallEntries)
        {
            Add(await figures.MeasureAsync(ledger, options.Entries, small: null));
            return;
        }
        await using var small = await SteleServer.StartAsync(Path.Combine(directory, "small"), cancel);
        var filling = new LedgerFilling(small.Target, small.DataDirectory, FillBytes, say);
        var ids = await filling.FillAsync(ExplorerFigures.SmallEntries, collections: 0, cancel);
        Add(await figures.MeasureAsync(ledger, options.Entries, new AskedLedger(small, ids)));
    }

    private static Figure Memory(string name, long? bytes) => new(name, bytes / (double)(1 << 20), "MiB")
    {
        Target = 512,
        Note = bytes is null ? "this system has no /proc" : null,
    };

    private void Add(IEnumerable<Figure> figures)
    {
        foreach (var figure in figures)
        {
            _figures.Add(figure);
            say(ReportText.Line(figure));
        }
    }

    private async Task MeasureLoadAsync(
        SteleServer stele, KestrelServer kestrel, IReadOnlyList<TransactionId> ids, List<Workload> workloads, CancellationToken cancel)
    {
        if (workloads.Count == 0) return;
        await using var postgres = options.Wants("postgresql") && workloads.Exists(workload => workload.Kind == "append")
            ? await StartPostgresAsync(cancel)
            : null;
        var contest = new Contest(stele.Target, kestrel.Target, postgres?.Target, ids, options.Duration, options.Rounds);
        var warm = new HashSet<string>(StringComparer.Ordinal);
        var warmUpConnections = Math.Min(WarmUpConnectionsMax, options.Connections.Max());
        foreach (var workload in workloads)
        {
            // Servers of this kind compile themselves while they run: what is measured is what they have become.
            if (warm.Add(workload.Kind)) await (contest with { Rounds = 1 }).RunAsync(workload, warmUpConnections, cancel);
            foreach (var connections in options.Connections)
            {
                var row = await contest.RunAsync(workload, connections, cancel);
                _rows.Add(row);
                say(ReportText.Line(row));
            }
        }
    }

    private async Task<PostgresServer?> StartPostgresAsync(CancellationToken cancel)
    {
        if (PostgresServer.FindPrograms() is { } programs) return await PostgresServer.StartAsync(programs, cancel);
        say("PostgreSQL is not installed (no initdb and postgres found): it is left out");
        return null;
    }

    // What only reads comes first, and large entries last: the ledger that is read is the one that was filled.
    private IEnumerable<Workload> Workloads() =>
        from size in options.Sizes.Select((bytes, place) => (Bytes: bytes, IsFirst: place == 0))
        from kind in Workload.Kinds.Where(options.Wants)
        let writes = kind is "append" or "commit"
        where writes || size.IsFirst
        select new Workload(kind, writes ? size.Bytes : null);
}
