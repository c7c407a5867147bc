namespace Stele.Cli.Bench.Load;

/// <summary>What a server did under load.</summary>
/// <param name="PerSecond">Requests answered well, for each second.</param>
/// <param name="P50">The median latency in microseconds.</param>
/// <param name="P99">The latency in microseconds that 99 of 100 requests did not exceed.</param>
/// <param name="P999">The latency in microseconds that 999 of 1000 requests did not exceed.</param>
/// <param name="Failures">How many requests were refused; they count nowhere else.</param>
internal sealed record LoadFigures(double PerSecond, double P50, double P99, double P999, long Failures)
{
    /// <summary>The round in the middle, by its throughput: all figures of one round, which did occur together.</summary>
    public static LoadFigures Median(IReadOnlyCollection<LoadFigures> rounds) =>
        rounds.OrderBy(round => round.PerSecond).ElementAt((rounds.Count - 1) / 2);
}
