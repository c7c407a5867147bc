using Stele.Cli.Bench.Rows;
using Stele.Cli.Bench.Servers;

namespace Stele.Cli.Bench;

/// <summary>One run: starts the servers, measures row by row, and ends them.</summary>
internal sealed class BenchRun(BenchOptions options, Action<string> say)
{
    private const int FillBytes = 64;
    private readonly List<LoadRow> _rows = [];
    private readonly List<Figure> _figures = [];

    public async Task<Report> RunAsync(CancellationToken cancel)
    {
        var directory = Directory.CreateTempSubdirectory("stele-bench-").FullName;
        try
        {
            await MeasureAsync(directory, cancel);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
        return new Report(Machine.Here(), options.Entries, options.Duration.TotalSeconds, options.Rounds, _rows, _figures);
    }

    private async Task MeasureAsync(string directory, CancellationToken cancel)
    {
        var workloads = Workloads().ToList();
        await using var stele = await SteleServer.StartAsync(options.DataDirectory ?? Path.Combine(directory, "ledger"), cancel);
        var ids = await LedgerFilling.FillAsync(stele.Target, stele.DataDirectory, options.Entries, FillBytes, say, cancel);
        await MeasureLoadAsync(stele, directory, ids, workloads, cancel);
    }

    private async Task MeasureLoadAsync(
        SteleServer stele, string directory, IReadOnlyList<TransactionId> ids, List<Workload> workloads, CancellationToken cancel)
    {
        if (workloads.Count == 0) return;
        await using var kestrel = await KestrelServer.StartAsync(directory, stele.Client, cancel);
        await using var postgres = options.Wants("postgresql") && workloads.Exists(workload => workload.Kind == "append")
            ? await StartPostgresAsync(cancel)
            : null;
        var contest = new Contest(stele.Target, kestrel.Target, postgres?.Target, ids, options.Duration, options.Rounds);
        foreach (var workload in workloads)
        {
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
