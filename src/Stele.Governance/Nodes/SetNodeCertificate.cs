using System.Text;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Nodes;

/// <summary>Records a certificate that the service has newly endorsed for a node.</summary>
/// <param name="nodeId">The node.</param>
/// <param name="certificate">The certificate, PEM.</param>
/// <param name="address">Where others reach it, of a node that was alone before; null to leave that as it is.</param>
public sealed class SetNodeCertificate(string nodeId, string certificate, Uri? address = null) : ICommand<bool>
{
    /// <inheritdoc/>
    public bool Execute(Transaction transaction)
    {
        transaction.Put(
            TableNames.NodesEndorsedCertificates, Encoding.UTF8.GetBytes(nodeId), Encoding.UTF8.GetBytes(certificate));
        if (address is not null && NodeTable.Find(transaction.State, nodeId) is { Address: null } node)
            transaction.Put(TableNames.NodesInfo, NodeTable.Key(nodeId), (node with { Address = address }).ToRow());
        return true;
    }
}
