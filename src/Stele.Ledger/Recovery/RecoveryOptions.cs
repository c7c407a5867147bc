using System.Security.Cryptography.X509Certificates;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;

namespace Stele.Ledger.Recovery;

/// <summary>What it takes to open a ledger.</summary>
public sealed record RecoveryOptions
{
    /// <summary>The directory of ledger files; it may be empty.</summary>
    public required string LedgerDirectory { get; init; }

    /// <summary>The directory of the files that are derived from them; it may be empty, or be emptied.</summary>
    public required string IndexDirectory { get; init; }

    /// <summary>The directory of snapshots; it may be empty, or be emptied.</summary>
    public required string SnapshotDirectory { get; init; }

    /// <summary>The secret that the ledger is sealed with.</summary>
    public required SecretKeeper Secrets { get; init; }

    /// <summary>The service, which vouches for snapshots.</summary>
    public required X509Certificate2 Service { get; init; }

    /// <summary>What the node remembers of the ledger; none where there is no ledger yet.</summary>
    public required LedgerHeadRecord? Head { get; init; }

    /// <summary>The size in bytes at which a ledger file is closed.</summary>
    public required long ChunkBytes { get; init; }

    /// <summary>How many entries lie from one snapshot to the next.</summary>
    public int SnapshotEntries { get; init; } = LedgerState.SnapshotEntries;

    /// <summary>Whether a ledger that ends before the head is taken as it is; all of it is then read.</summary>
    public bool AcceptEnd { get; init; }

    /// <summary>Whether all of the ledger is read and verified, and not only what is behind the last snapshot.</summary>
    public bool ReadsAll { get; init; }
}
