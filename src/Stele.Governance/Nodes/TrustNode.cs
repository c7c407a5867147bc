using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Nodes;

/// <summary>Makes a node that asked to join one of the network.</summary>
/// <param name="nodeId">The node.</param>
/// <param name="certificate">The certificate that the service endorsed for it, PEM.</param>
public sealed class TrustNode(string nodeId, string certificate) : ICommand<NodeChange>
{
    /// <inheritdoc/>
    public NodeChange Execute(Transaction transaction)
    {
        if (NodeTable.Find(transaction.State, nodeId) is not { } node) return NodeChange.NoSuchNode;
        if (node.Status == NodeStatus.Retired) return NodeChange.Retired;
        if (node.Status == NodeStatus.Trusted) return NodeChange.Made;
        transaction.Put(TableNames.NodesInfo, NodeTable.Key(nodeId), (node with { Status = NodeStatus.Trusted }).ToRow());
        transaction.Put(TableNames.NodesEndorsedCertificates, NodeTable.Key(nodeId), ServiceTable.Text(certificate));
        return NodeChange.Made;
    }
}
