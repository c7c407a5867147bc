namespace Stele.Ledger.Snapshots;

/// <summary>The files of a directory of snapshots.</summary>
/// <param name="Snapshots">Those whose names are snapshots', the newest first.</param>
/// <param name="Skipped">The others.</param>
public sealed record SnapshotListing(IReadOnlyList<SnapshotPath> Snapshots, IReadOnlyList<SkippedSnapshot> Skipped);

/// <summary>A file that is not used.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Reason">Why not, for a log.</param>
/// <param name="IsOfAnotherLedger">Whether it verifies, and yet this ledger never recorded it.</param>
public sealed record SkippedSnapshot(string Path, string Reason, bool IsOfAnotherLedger = false);

/// <summary>What a search for a snapshot found.</summary>
/// <param name="Found">The newest that verifies; none where none does.</param>
/// <param name="Skipped">The files that were passed over on the way to it.</param>
public sealed record SnapshotSearch(SnapshotVerdict.Verified? Found, IReadOnlyList<SkippedSnapshot> Skipped);
