using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Nodes;

/// <summary>Records that a node asks to join. It has nothing by that: an administrator decides.</summary>
/// <param name="node">The node, Pending.</param>
public sealed class RecordJoin(NodeRecord node) : ICommand<NodeChange>
{
    /// <inheritdoc/>
    public NodeChange Execute(Transaction transaction)
    {
        if (NodeTable.Find(transaction.State, node.Id) is { } known) return Again(known);
        if (NodeTable.List(transaction.State).Count(one => one.Status == NodeStatus.Pending) >= NodeTable.PendingMax)
            return NodeChange.TooManyPending;
        transaction.Put(TableNames.NodesInfo, NodeTable.Key(node.Id), (node with { Status = NodeStatus.Pending }).ToRow());
        return NodeChange.Made;
    }

    // A node asks until it is answered, always with the same keys. Others would get secrets that were meant for these.
    private NodeChange Again(NodeRecord known) =>
        known.Status == NodeStatus.Retired ? NodeChange.Retired
        : known.EncryptionKey != node.EncryptionKey || known.CertificateRequest != node.CertificateRequest
            ? NodeChange.AnotherRequest
            : NodeChange.Made;
}
