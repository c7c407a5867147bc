using System.Security.Cryptography.X509Certificates;

namespace Stele.Client;

/// <summary>Who a ledger is.</summary>
public sealed class LedgerIdentity
{
    internal LedgerIdentity(string ledgerId, X509Certificate2 serviceCertificate, Uri? endpoint) =>
        (LedgerId, ServiceCertificate, Endpoint) = (ledgerId, serviceCertificate, endpoint);

    /// <summary>The ledger's name.</summary>
    public string LedgerId { get; }

    /// <summary>The certificate of the service, to which the certificates of its nodes go back.</summary>
    public X509Certificate2 ServiceCertificate { get; }

    /// <summary>
    /// Where the ledger is; null where the service does not say. Nothing rests on it: whoever is there must show a certificate
    /// of the service.
    /// </summary>
    public Uri? Endpoint { get; }
}
