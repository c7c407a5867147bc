using Stele.Cli.Bench.Rows;

namespace Stele.Cli.Bench;

/// <summary>What a run measures, and for how long.</summary>
internal sealed record BenchOptions
{
    /// <summary>All that can be asked for by name.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        [.. Workload.Kinds, "explorer", "postgresql", "raw", "one", "start", "audit", "network"];

    /// <summary>What gives a first impression.</summary>
    public static IReadOnlyList<string> QuickKinds { get; } =
        ["entry", "receipt", "mixed", "append", "commit", "postgresql", "raw", "one", "start", "audit"];

    /// <summary>Which kinds of rows and figures; all of them when it names none.</summary>
    public required IReadOnlyCollection<string> Only { get; init; }

    /// <summary>Numbers of connections.</summary>
    public required IReadOnlyList<int> Connections { get; init; }

    /// <summary>Sizes of the entries that are appended, in bytes.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    /// <summary>How many entries the ledger holds before anything is measured, at least.</summary>
    public required int Entries { get; init; }

    /// <summary>How many collections of one entry stand beside them, at least.</summary>
    public required int Collections { get; init; }

    /// <summary>How long each round takes.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How many rounds each contestant has.</summary>
    public required int Rounds { get; init; }

    /// <summary>The ledger's data directory, which is kept; none for a temporary one.</summary>
    public string? DataDirectory { get; init; }

    public bool Wants(string kind) => Only.Count == 0 || Only.Contains(kind);
}
