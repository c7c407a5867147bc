using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Nodes;

/// <summary>Records a certificate that the service has newly endorsed for a node.</summary>
/// <param name="nodeId">The node.</param>
/// <param name="certificate">The certificate, PEM.</param>
/// <param name="address">Where others reach it, of a node that was alone before; null to leave that as it is.</param>
public sealed class SetNodeCertificate(string nodeId, string certificate, Uri? address = null) : ICommand<bool>
{
    /// <summary>The request that its next one is made from, PEM (PKCS #10); null to leave that as it is.</summary>
    public string? CertificateRequest { get; init; }

    /// <summary>
    /// What the ledger had for the node as far as whoever records this one knew, PEM: where members have voted for another one
    /// meanwhile, that one stays and nothing is written. Null to write in any case.
    /// </summary>
    public string? Before { get; init; }

    /// <inheritdoc/>
    public bool Execute(Transaction transaction)
    {
        if (Before is not null && NodeTable.Certificate(transaction.State, nodeId) != Before) return false;
        transaction.Put(TableNames.NodesEndorsedCertificates, NodeTable.Key(nodeId), ServiceTable.Text(certificate));
        if (NodeTable.Find(transaction.State, nodeId) is not { } node) return true;
        var now = node with
        {
            Address = node.Address ?? address,
            CertificateRequest = CertificateRequest ?? node.CertificateRequest,
        };
        if (now != node) transaction.Put(TableNames.NodesInfo, NodeTable.Key(nodeId), now.ToRow());
        return true;
    }
}
