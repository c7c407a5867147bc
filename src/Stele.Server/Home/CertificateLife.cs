using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Certificates;

namespace Stele.Server.Home;

/// <summary>From when to when a certificate counts.</summary>
/// <param name="From">The first moment.</param>
/// <param name="Until">The last one.</param>
internal readonly record struct CertificateLife(DateTimeOffset From, DateTimeOffset Until)
{
    // Of a year, thirty days: as long as an operator may take to start a node again.
    private const int Parts = 12;

    /// <summary>That of a certificate.</summary>
    public static CertificateLife Of(X509Certificate2 certificate) =>
        new(new DateTimeOffset(certificate.NotBefore.ToUniversalTime()), new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));

    /// <summary>How long it was made for.</summary>
    public TimeSpan Length => Until - From - CertificateAuthority.ClockSkew;

    /// <summary>Whether it counts at a moment.</summary>
    public bool Includes(DateTimeOffset now) => From <= now && now <= Until;

    /// <summary>Whether it counts at a moment and will for longer than the last twelfth of its life, in which a start renews it.</summary>
    public bool Lasts(DateTimeOffset now) => Includes(now) && Until - now > Length / Parts;

    /// <summary>Whether a certificate is for all of these names and addresses.</summary>
    public static bool IsFor(X509Certificate2 certificate, IEnumerable<string> hostNames) =>
        hostNames.All(name => certificate.MatchesHostname(name));
}
