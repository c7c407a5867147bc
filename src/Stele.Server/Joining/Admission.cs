using Stele.Cryptography.Certificates;
using Stele.Governance.Constitution;
using Stele.Governance.Nodes;
using Stele.Ledger.Tables;
using Stele.Server.Home;

namespace Stele.Server.Joining;

/// <summary>What the network gives to a node that was let in: a certificate when it is trusted, its secrets when it asks.</summary>
internal sealed class Admission(LedgerHome home, string ledgerId, TimeProvider time) : IServiceActions
{
    private static readonly TimeSpan CertificateValidity = TimeSpan.FromDays(365);

    /// <summary>The certificate that the service endorses by a node's request, PEM.</summary>
    /// <exception cref="FormatException">The node has made no request.</exception>
    public string Endorse(NodeRecord node) => EndorseNode(node.CertificateRequest ?? "", validFrom: null, days: null);

    /// <inheritdoc/>
    public string EndorseNode(string certificateRequest, DateTimeOffset? validFrom, int? days)
    {
        var request = NodeCertificateRequest.Parse(certificateRequest);
        var validity = days is { } some ? TimeSpan.FromDays(some) : CertificateValidity;
        using var certificate = request.Endorse(home.ServiceCertificate, home.ServiceKey, validFrom ?? time.GetUtcNow(), validity);
        return certificate.ExportCertificatePem() + "\n";
    }

    /// <summary>What to answer a node that asks, as the ledger has it now.</summary>
    /// <param name="tables">What the ledger says.</param>
    /// <param name="nodeId">The id of the key that the asking TLS session was opened with: nobody else gets these secrets.</param>
    /// <param name="encryptionKey">The key that it asks with.</param>
    public JoinAnswer AnswerTo(LedgerTables tables, string nodeId, string encryptionKey) =>
        NodeTable.Find(tables, nodeId) is { Status: NodeStatus.Trusted } node
        && node.EncryptionKey == encryptionKey
        && NodeTable.Certificate(tables, nodeId) is { } certificate
            ? new JoinAnswer.Trusted(
                certificate,
                NodeSecrets.Seal(encryptionKey, nodeId, home.ServiceCertificate, home.LedgerSecrets.Known, home.ServiceKey),
                ledgerId)
            : new JoinAnswer.Pending();

    /// <summary>The service's certificate, PEM.</summary>
    public string ServiceCertificate => home.ServiceCertificate.ExportCertificatePem() + "\n";
}
