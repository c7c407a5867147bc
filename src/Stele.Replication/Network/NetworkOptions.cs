using Stele.Etcd;
using Stele.Ledger.Tables;

namespace Stele.Replication.Network;

/// <summary>What a node needs to be one of several whose log etcd orders.</summary>
public sealed record NetworkOptions
{
    /// <summary>The etcd cluster.</summary>
    public required EtcdClient Etcd { get; init; }

    /// <summary>The ledger's name in etcd: several ledgers may share a cluster.</summary>
    public required string Ledger { get; init; }

    /// <summary>The id of this node: lower-case hexadecimal SHA-256 of its public key.</summary>
    public required string NodeId { get; init; }

    /// <summary>The file in which this node remembers which etcd has ordered its ledger.</summary>
    public required string StoreFile { get; init; }

    /// <summary>Where other nodes reach this one.</summary>
    public required Uri Address { get; init; }

    /// <summary>The other nodes.</summary>
    public required IPeers Peers { get; init; }

    /// <summary>The ids of the nodes that the ledger says are trusted.</summary>
    public required Func<LedgerTables, IReadOnlyCollection<string>> TrustedNodes { get; init; }

    /// <summary>Is told why, where this node can neither follow nor lead any more.</summary>
    public Action<string> Stops { get; init; } = _ => { };

    /// <summary>Is told what an operator should know, and the node goes on all the same.</summary>
    public Action<string> Tells { get; init; } = _ => { };

    /// <summary>Is told what keeps this node from its part in the network when that begins, and null when it is over.</summary>
    public Action<NetworkTrouble?> Troubled { get; init; } = _ => { };

    /// <summary>How long a primary that is silent keeps its place. A whole number of seconds, as etcd counts leases.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The bytes of batches that etcd holds at most, whatever the ledger's size.</summary>
    public long StoreBytesMax { get; init; } = 256 << 20;

    /// <summary>
    /// Whether this node founds the ledger where there is none yet, here or in etcd: the first node of a network does, once.
    /// </summary>
    public bool Founds { get; init; }

    /// <summary>
    /// Whether this node's ledger is what etcd has ordered, where etcd knows nothing of it, or only an older state: once, when
    /// an operator has made sure that no other node's ledger is longer.
    /// </summary>
    public bool BeginsStore { get; init; }
}
