using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Governance.Members;

/// <summary>A member of the consortium.</summary>
/// <param name="Id">Lower-case hexadecimal SHA-256 of the certificate's DER bytes.</param>
/// <param name="Certificate">The certificate, PEM.</param>
public sealed record Member(string Id, string Certificate)
{
    /// <summary>How far the member has come.</summary>
    public MemberStatus Status { get; init; } = MemberStatus.Active;

    /// <summary>What the consortium has noted about the member, as JSON; null for nothing.</summary>
    public string? Data { get; init; }

    /// <summary>The key that the member's recovery share is sealed to, PEM; null where the member has none.</summary>
    public string? EncryptionKey { get; init; }

    /// <summary>What part the member has in a recovery, in CCF's words; null where nothing was said.</summary>
    public string? RecoveryRole { get; init; }

    /// <summary>The member who signs with a certificate's key.</summary>
    public static Member Of(X509Certificate2 certificate) => new(IdOf(certificate), certificate.ExportCertificatePem() + "\n");

    /// <summary>The id of the member who has a certificate.</summary>
    public static string IdOf(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
}
