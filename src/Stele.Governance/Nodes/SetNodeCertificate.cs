using System.Text;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Nodes;

/// <summary>Records a certificate that the service has newly endorsed for a node.</summary>
public sealed class SetNodeCertificate(string nodeId, string certificate) : ICommand<bool>
{
    /// <inheritdoc/>
    public bool Execute(Transaction transaction)
    {
        transaction.Put(
            TableNames.NodesEndorsedCertificates, Encoding.UTF8.GetBytes(nodeId), Encoding.UTF8.GetBytes(certificate));
        return true;
    }
}
