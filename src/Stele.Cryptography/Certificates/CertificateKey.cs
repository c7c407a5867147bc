using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Cryptography.Certificates;

/// <summary>The key in a certificate that somebody else sent.</summary>
public static class CertificateKey
{
    /// <summary>Reads the elliptic curve key of a certificate in PEM.</summary>
    /// <exception cref="FormatException">The text is no certificate, or its key is of no curve that is known here.</exception>
    public static ECDsa Read(string pem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return Of(certificate) ?? throw new FormatException("The certificate has no key of a known elliptic curve.");
        }
        catch (Exception fault) when (IsBadCertificate(fault))
        {
            throw new FormatException("The text is no certificate in PEM.", fault);
        }
    }

    /// <summary>The elliptic curve key of a certificate; null where it has none of a curve that is known here.</summary>
    public static ECDsa? Of(X509Certificate2 certificate)
    {
        try
        {
            return certificate.GetECDsaPublicKey();
        }
        catch (Exception fault) when (IsBadCertificate(fault))
        {
            return null;
        }
    }

    // A damaged certificate makes the runtime throw any of these, as for a curve that it has never heard of.
    private static bool IsBadCertificate(Exception fault) =>
        fault is CryptographicException or ArgumentException or NotSupportedException;
}
