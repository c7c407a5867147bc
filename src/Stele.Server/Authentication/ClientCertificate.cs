using System.Security.Cryptography.X509Certificates;
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
internal sealed record ClientCertificate(UserId User, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>Takes what matters of a certificate.</summary>
    public static ClientCertificate Of(X509Certificate2 certificate) =>
        new(
            UserId.OfCertificate(certificate.RawDataMemory.Span),
            new DateTimeOffset(certificate.NotBefore),
            new DateTimeOffset(certificate.NotAfter));
}
