using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Cryptography;
using Stele.Cryptography.Certificates;
using Stele.Governance.Nodes;
using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Audit;

/// <summary>Certificates of nodes: an auditor, who has no key of the service's, tells those that it endorsed from others.</summary>
internal static class EndorsedByService
{
    /// <summary>Whether the service endorsed a certificate for a key.</summary>
    /// <param name="pem">The certificate, PEM.</param>
    /// <param name="keyId">Hexadecimal SHA-256 of the public key: a node's id.</param>
    /// <param name="service">The service's certificate, PEM.</param>
    public static bool Is(string pem, string keyId, string service)
    {
        try
        {
            using var authority = X509Certificate2.CreateFromPem(service);
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return Digest.Of(certificate.PublicKey.ExportSubjectPublicKeyInfo()).ToHex() == keyId
                && CertificateSignature.IsSignedBy(certificate, authority);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether certificates that no member signed for are of nodes' own keys that were let in; one such node may have been retired
    /// meanwhile. A certificate goes where its node's row goes.
    /// </summary>
    public static bool MayAll(LedgerTables before, LedgerTables after, IReadOnlyList<KeyWrite> rows) => rows.All(write =>
    {
        var id = Encoding.UTF8.GetString(write.Key.Span);
        if (write.Value is not { } pem) return !after.TryGet(TableNames.NodesInfo, write.Key, out _);
        return NodeStep.StatusOf(after, write.Key) is NodeStatus.Trusted or NodeStatus.Retired
            && Is(Encoding.UTF8.GetString(pem.Span), id, ServiceTable.Certificate(before));
    });
}
