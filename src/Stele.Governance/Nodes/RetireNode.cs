using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Nodes;

/// <summary>
/// Ends a node's part in the network, for good. Its row and its certificate stay: what it has signed is verified by them.
/// </summary>
/// <remarks>
/// CCF says first that a node is Retired, and later, in <c>retired_committed</c>, that this is committed; until then a primary
/// goes on signing. Here both are said at once: from this entry on no signature of the node's counts, and it makes none.
/// </remarks>
/// <param name="nodeId">The node.</param>
public sealed class RetireNode(string nodeId) : ICommand<NodeChange>
{
    /// <inheritdoc/>
    public NodeChange Execute(Transaction transaction)
    {
        if (NodeTable.Find(transaction.State, nodeId) is not { } node) return NodeChange.NoSuchNode;
        if (node.Status == NodeStatus.Retired) return NodeChange.Made;
        if (node.Status == NodeStatus.Trusted && NodeTable.Trusted(transaction.State).Count == 1) return NodeChange.LastTrusted;
        // A node that was refused before it was trusted has signed nothing: nothing of it need stay.
        if (node.Status == NodeStatus.Pending) transaction.Remove(TableNames.NodesInfo, NodeTable.Key(nodeId));
        else transaction.Put(TableNames.NodesInfo, NodeTable.Key(nodeId), (node with { Status = NodeStatus.Retired }).ToRow());
        return NodeChange.Made;
    }
}
