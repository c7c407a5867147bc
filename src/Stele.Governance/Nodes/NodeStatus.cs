namespace Stele.Governance.Nodes;

/// <summary>How far a node has come in the network, in CCF's words.</summary>
public enum NodeStatus
{
    /// <summary>It has asked to join, and has nothing yet.</summary>
    Pending,

    /// <summary>It belongs to the network: it follows the ledger, and may sign it.</summary>
    Trusted,

    /// <summary>It belonged to the network. It never will again under the same key.</summary>
    Retired,
}
