using Stele.Cli.Bench.Load;
using Stele.Cli.Bench.Servers;

namespace Stele.Cli.Bench.Rows;

/// <summary>How long one client waits that has the ledger to itself.</summary>
internal static class SingleFigures
{
    private const int EntryBytes = 64;
    private const int Commits = 60;
    private const string BareReply = "/24"; // {"collectionId":"bench"}
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FlushDuration = TimeSpan.FromMilliseconds(500);

    /// <summary>One append at a time on one connection, beside what it cannot do without: a request, and a flush.</summary>
    public static async Task<IReadOnlyList<Figure>> MeasureAppendsAsync(
        SteleServer stele, LoadTarget kestrel, TimeSpan duration, int rounds, CancellationToken cancel)
    {
        var append = new Workload("append", EntryBytes);
        await using var asked = await LoadPool.OpenAsync(kestrel, 1, i => append.Exchange(BareReply, [], i), cancel);
        await using var appended = await LoadPool.OpenAsync(stele.Target, 1, i => append.Exchange("", [], i), cancel);
        var (requests, flushes, appends) = (new List<double>(), new List<double>(), new List<double>());
        await asked.RunAsync(duration, cancel); // warms up
        await appended.RunAsync(duration, cancel);
        for (var round = 0; round < rounds; round++)
        {
            requests.Add((await asked.RunAsync(duration, cancel)).P50);
            flushes.Add(RawFigures.Flushes(stele.DataDirectory, FlushDuration).Microseconds(0.5));
            appends.Add((await appended.RunAsync(duration, cancel)).P50);
        }
        var (request, flush, time) = (Median(requests), Median(flushes), Median(appends));
        return
        [
            new Figure("bare request, one at a time, p50", request, "µs"),
            new Figure("append 64 B, one at a time, p50", time, "µs"),
            new Figure("append in bare requests with a flush", time / (request + flush), "×")
            {
                Target = 3,
                Note = Invariant($"of {request:F0} µs and {flush:F0} µs"),
            },
        ];
    }

    /// <summary>
    /// How long an append takes until it is committed while nobody else writes, beside a bare request and a flush after as long
    /// a rest: a machine that has been idle takes longer for everything.
    /// </summary>
    public static async Task<IReadOnlyList<Figure>> MeasureCommitAsync(
        SteleServer stele, LoadTarget kestrel, CancellationToken cancel)
    {
        var commit = new Workload("commit", EntryBytes);
        await using var asked = await LoadPool.OpenAsync(kestrel, 1, i => commit.Exchange(BareReply, [], i), cancel);
        await using var committed = await LoadPool.OpenAsync(stele.Target, 1, i => commit.Exchange("", [], i), cancel);
        using var flushed = new FlushedFile(stele.DataDirectory);
        var (requests, flushes, commits) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < Commits; i++)
        {
            await Task.Delay(Idle, cancel);
            requests.Add((await asked.AskAsync(cancel)).TotalMicroseconds);
            await Task.Delay(Idle, cancel);
            flushes.Add(flushed.Append().TotalMicroseconds);
            await Task.Delay(Idle, cancel);
            commits.Add((await committed.AskAsync(cancel)).TotalMilliseconds);
        }
        var (request, flush) = (Median(requests), Median(flushes));
        return
        [
            new Figure("bare request after 50 ms of rest, p50", request, "µs"),
            new Figure("write and flush of 4 KiB after 50 ms of rest, p50", flush, "µs"),
            new Figure("append committed, idle ledger, p50", Median(commits), "ms")
            {
                Target = 3,
                Note = Invariant($"where a bare request takes {request:F0} µs and a flush {flush:F0} µs"),
            },
        ];
    }

    private static double Median(List<double> values) => values.Order().ElementAt((values.Count - 1) / 2);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
