using Stele.Replication.Network;

namespace Stele.Server.Network;

/// <summary>What passing requests on needs to know of the ledger here.</summary>
internal interface IFollower
{
    /// <summary>The id of this node.</summary>
    string NodeId { get; }

    /// <summary>What this node does at the moment.</summary>
    NodeRole Role { get; }

    /// <summary>What keeps this node from its part in its network at the moment; null where nothing does.</summary>
    NetworkTrouble? Trouble { get; }

    /// <summary>Who writes; null while nobody is elected.</summary>
    PrimaryNode? Primary { get; }

    /// <summary>Why this node has no part in the network any more; null while it has.</summary>
    string? Stopped { get; }

    /// <summary>Waits until this node has a seqno that another node may have written, for a bounded time.</summary>
    Task WhenHereAsync(SeqNo seqno, CancellationToken cancel);
}
