namespace Stele.Ledger.Collections;

/// <summary>The sizes of the index.</summary>
public sealed record CollectionIndexOptions
{
    /// <summary>How many entries the smallest run covers: as many as are held in memory before they are written.</summary>
    public int RunEntries { get; init; } = 65_536;

    /// <summary>How many runs are merged into one of the next size; at least 2.</summary>
    public int MergedRuns { get; init; } = 8;

    /// <summary>
    /// How many stretches of <see cref="RunEntries"/> wait in memory while the disk refuses; beyond them the oldest is let
    /// go, and is indexed anew later.
    /// </summary>
    public int WaitingMax { get; init; } = 8;
}
