using System.Security.Cryptography.X509Certificates;

namespace Stele.Cryptography.Certificates;

/// <summary>How a certificate is judged that one authority must have endorsed.</summary>
public static class CertificateTrust
{
    /// <summary>
    /// Trust in one authority and none of the machine's: a service's certificate, or its identity service's. Neither publishes
    /// revocations, and nothing is fetched.
    /// </summary>
    /// <param name="authority">The authority's certificate.</param>
    public static X509ChainPolicy In(X509Certificate2 authority) => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { authority },
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };
}
