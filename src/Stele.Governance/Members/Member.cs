using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Governance.Members;

/// <summary>A member of the consortium.</summary>
/// <param name="Id">Lower-case hexadecimal SHA-256 of the certificate's DER bytes.</param>
/// <param name="Certificate">The certificate, PEM.</param>
public sealed record Member(string Id, string Certificate)
{
    /// <summary>The member who signs with a certificate's key.</summary>
    public static Member Of(X509Certificate2 certificate) =>
        new(Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)), certificate.ExportCertificatePem() + "\n");
}
