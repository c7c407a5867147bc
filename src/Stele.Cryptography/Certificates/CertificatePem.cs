using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Cryptography.Certificates;

/// <summary>Certificates in PEM, which may be none.</summary>
public static class CertificatePem
{
    /// <summary>Reads the first certificate of a text.</summary>
    /// <param name="pem">The text (RFC 7468).</param>
    /// <param name="certificate">The certificate, without a key; its owner disposes of it.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryRead(string pem, [NotNullWhen(true)] out X509Certificate2? certificate)
    {
        try
        {
            certificate = X509Certificate2.CreateFromPem(pem);
            return true;
        }
        catch (CryptographicException)
        {
            certificate = null;
            return false;
        }
    }
}
