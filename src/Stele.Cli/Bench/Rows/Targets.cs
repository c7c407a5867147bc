namespace Stele.Cli.Bench.Rows;

/// <summary>What the ledger is to reach, as shares of its yardsticks.</summary>
internal static class Targets
{
    private const int SmallEntry = 64;

    /// <summary>The least ratio that is good; none where nothing is asked.</summary>
    public static double? Of(Workload workload, int connections, string yardstick) =>
        (yardstick, workload.Kind, workload.Bytes, connections) switch
        {
            ("kestrel", "append", SmallEntry, 32) => 0.5,
            ("kestrel", "append", SmallEntry, 256) => 0.6,
            ("kestrel", "commit", SmallEntry, 256) => 0.4,
            ("kestrel", "entry" or "receipt", _, 32 or 256) => 0.5,
            ("postgresql", "append", SmallEntry, _) => 3,
            _ => null,
        };
}
