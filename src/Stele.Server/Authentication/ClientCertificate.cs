using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography;
using Stele.Cryptography.Certificates;
using Stele.Governance.Users;

namespace Stele.Server.Authentication;

/// <summary>The certificate that a connection was opened with: whose it is, and from when to when it counts.</summary>
/// <remarks>
/// TLS has proven that the client holds the key. Who issued the certificate does not matter: a user is one certificate,
/// named by its fingerprint, and the ledger itself says who is a user.
/// </remarks>
/// <param name="User">The certificate's user id.</param>
/// <param name="NotBefore">The first moment it counts.</param>
/// <param name="NotAfter">The last moment it counts.</param>
/// <param name="Raw">The certificate, DER.</param>
/// <param name="KeyId">Hexadecimal SHA-256 of its public key: a node's id, where it is a node's.</param>
internal sealed record ClientCertificate(
    UserId User, DateTimeOffset NotBefore, DateTimeOffset NotAfter, ReadOnlyMemory<byte> Raw, string KeyId)
{
    private bool? _isEndorsed;

    /// <summary>Takes what matters of a certificate.</summary>
    public static ClientCertificate Of(X509Certificate2 certificate) =>
        new(
            UserId.OfCertificate(certificate.RawDataMemory.Span),
            new DateTimeOffset(certificate.NotBefore),
            new DateTimeOffset(certificate.NotAfter),
            certificate.RawDataMemory,
            Digest.Of(certificate.PublicKey.ExportSubjectPublicKeyInfo()).ToHex());

    /// <summary>Whether the service's key has signed it; asked of one service only, and verified once for a connection.</summary>
    public bool IsEndorsedBy(X509Certificate2 service)
    {
        if (_isEndorsed is { } known) return known;
        using var certificate = X509CertificateLoader.LoadCertificate(Raw.Span);
        var isEndorsed = CertificateSignature.IsSignedBy(certificate, service);
        _isEndorsed = isEndorsed;
        return isEndorsed;
    }
}
