using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;

namespace Stele.Server.Home;

/// <summary>
/// The administrator of a ledger that nobody named one for: a certificate and its key in the data directory, to be handed to a
/// person. It is made when the ledger is founded; no node reads it afterwards.
/// </summary>
internal static class FirstAdministrator
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(365);

    /// <summary>Makes the administrator, or finds what an interrupted start has made.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="time">The clock.</param>
    public static X509Certificate2 OpenOrMake(string directory, TimeProvider time)
    {
        var path = Path.Combine(directory, "administrator.pem");
        if (File.Exists(path)) return X509Certificate2.CreateFromPem(File.ReadAllText(path));
        using var key = SigningKey.Generate();
        var certificate = CertificateAuthority.SelfSigned(key, "administrator", time.GetUtcNow(), Validity);
        SecretFile.OfPersons.WriteKey(path, key, certificate.ExportCertificatePem() + "\n");
        return certificate;
    }
}
