using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography;
using Stele.Cryptography.Certificates;
using Stele.Governance.Nodes;
using Stele.Ledger.Tables;
using Stele.Server.Hosting;

namespace Stele.Server.Network;

/// <summary>
/// Who is a node of this network: the service has endorsed its certificate, it is in time, and the ledger says, now, that
/// the node of this key is trusted.
/// </summary>
/// <param name="service">The service's certificate.</param>
/// <param name="tables">What the ledger says.</param>
/// <param name="time">The clock.</param>
internal sealed class TrustedNodes(X509Certificate2 service, Func<LedgerTables> tables, TimeProvider time)
{
    /// <summary>Whether a connection was opened by a trusted node, over TLS 1.3.</summary>
    public bool Include(ConnectionFacts? connection)
    {
        if (connection is not { IsForNodes: true, Certificate: { } certificate }) return false;
        var now = time.GetUtcNow();
        return now >= certificate.NotBefore && now <= certificate.NotAfter
            && IsTrusted(certificate.KeyId) && certificate.IsEndorsedBy(service);
    }

    /// <summary>
    /// Whether a server that TLS has verified against the service is a trusted node. A node that has nothing of the ledger
    /// yet cannot know, and takes the service's word.
    /// </summary>
    public bool IncludeServer(X509Certificate? certificate)
    {
        if (certificate is not X509Certificate2 presented || !CertificateSignature.IsSignedBy(presented, service)) return false;
        return !NodeTable.List(tables()).Any() || IsTrusted(Digest.Of(presented.PublicKey.ExportSubjectPublicKeyInfo()).ToHex());
    }

    private bool IsTrusted(string nodeId) => NodeTable.Find(tables(), nodeId)?.Status == NodeStatus.Trusted;
}
