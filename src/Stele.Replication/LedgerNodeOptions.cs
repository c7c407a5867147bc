using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Keys;
using Stele.Ledger.Recovery;
using Stele.Ledger.Secrets;
using Stele.Replication.Network;
using Stele.Replication.Sequencing;
using Stele.Replication.Telemetry;

namespace Stele.Replication;

/// <summary>What a node needs to open its ledger.</summary>
public sealed record LedgerNodeOptions
{
    /// <summary>The directory of ledger files.</summary>
    public required string LedgerDirectory { get; init; }

    /// <summary>The directory of the files that are derived from them.</summary>
    public required string IndexDirectory { get; init; }

    /// <summary>The directory of snapshots.</summary>
    public required string SnapshotDirectory { get; init; }

    /// <summary>The file in which the node remembers how far its ledger reaches; not in the ledger directory.</summary>
    public required string HeadFile { get; init; }

    /// <summary>The directory of what is copied from another node, until all of it is there.</summary>
    public string IncomingDirectory => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(HeadFile))!, "incoming");

    /// <summary>The node's key.</summary>
    public required SigningKey NodeKey { get; init; }

    /// <summary>The node's certificate as it is at the moment, PEM: it may be renewed while the node runs.</summary>
    public required Func<string> NodeCertificate { get; init; }

    /// <summary>The service's key.</summary>
    public required SigningKey ServiceKey { get; init; }

    /// <summary>The service's certificate, which snapshots are verified against.</summary>
    public required X509Certificate2 ServiceCertificate { get; init; }

    /// <summary>The secrets that the ledger is sealed with.</summary>
    public required SecretKeeper Secrets { get; init; }

    /// <summary>Who issues signatures, as the COSE header says it.</summary>
    public required string Issuer { get; init; }

    /// <summary>The ledger's name, as the COSE header says it.</summary>
    public required string Subject { get; init; }

    /// <summary>The size in bytes at which a ledger file is closed, at the next signature.</summary>
    public required long ChunkBytes { get; init; }

    /// <summary>Whether a ledger that ends before the node's own memory of it is taken as it is.</summary>
    public bool AcceptLedgerEnd { get; init; }

    /// <summary>Whether a start reads and verifies all of the ledger, and not only what is behind the last snapshot.</summary>
    public bool ReadsAll { get; init; }

    /// <summary>How many entries are committed from one snapshot to the next: about what a start has to read.</summary>
    public int SnapshotEntries { get; init; } = LedgerState.SnapshotEntries;

    /// <summary>Is told how many entries the indexes lack, while they are made again and once that is done.</summary>
    public Action<long> IndexesLack { get; init; } = _ => { };

    /// <summary>The network that this node is one of; null for a node alone.</summary>
    public NetworkOptions? Network { get; init; }

    /// <summary>
    /// The seqno with which this node's service goes on with the ledger of one that is gone; null where it did not. The service
    /// before may have been in a view that its files do not show: one is passed over, as CCF does.
    /// </summary>
    public SeqNo? RecoveredFrom { get; init; }

    /// <summary>Where the node measures what it does.</summary>
    public LedgerMetrics Metrics { get; init; } = LedgerMetrics.Unheard;

    /// <summary>The bounds of the sequencer.</summary>
    public SequencerOptions Sequencer { get; init; } = new();
}
