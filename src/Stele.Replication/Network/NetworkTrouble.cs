namespace Stele.Replication.Network;

/// <summary>What keeps a node from taking its part in the network, for as long as it lasts; nothing of it is for good.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Reason">The same in a sentence, with what an operator can do; it names no address, and may be told to clients.</param>
/// <param name="Detail">What was said by whom, for the node's log alone.</param>
public sealed record NetworkTrouble(TroubleKind Kind, string Reason, string Detail = "");

/// <summary>What can keep a node from taking its part in the network.</summary>
public enum TroubleKind
{
    /// <summary>No member of etcd that has a leader answers this node.</summary>
    StoreUnreachable,

    /// <summary>etcd has no space left, or holds as much of this ledger as it may.</summary>
    StoreFull,

    /// <summary>etcd does not let this node do what it must.</summary>
    StoreRefuses,

    /// <summary>No other node gives the entries that this one lacks and etcd no longer holds.</summary>
    PeersUnavailable,
}
