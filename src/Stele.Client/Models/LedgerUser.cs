using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Client;

/// <summary>A user of a ledger and what they are there.</summary>
public sealed class LedgerUser
{
    internal LedgerUser(string id, IReadOnlyList<LedgerRole> roles) => (Id, Roles) = (id, roles);

    /// <summary>A token's object id, or a certificate's fingerprint.</summary>
    public string Id { get; }

    /// <summary>The user's roles; one where the ledger was asked for users with one role.</summary>
    public IReadOnlyList<LedgerRole> Roles { get; }

    /// <summary>The id of whoever has a certificate: its SHA-256 in upper-case hexadecimal, a colon after each byte.</summary>
    /// <param name="certificate">The certificate.</param>
    public static string IdOf(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var digest = certificate.GetCertHash(HashAlgorithmName.SHA256);
        return string.Join(':', digest.Select(part => part.ToString("X2", null)));
    }
}
