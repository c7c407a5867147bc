using System.Text;
using Stele.Cryptography.Certificates;
using Stele.Governance.Members;
using Stele.Governance.Recovery;
using Stele.Ledger.Files;

namespace Stele.Server.Home;

/// <summary>
/// The member of a ledger that nobody named members for: keys in the data directory, to be handed to a person. They are made when
/// the ledger is founded; no node reads them afterwards.
/// </summary>
internal static class FirstMember
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(3650);

    /// <summary>Makes the member's keys, or what is missing of them.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="LedgerHomeException">A file is damaged, or open to others.</exception>
    public static Member OpenOrMake(string directory, TimeProvider time)
    {
        var keyFile = Path.Combine(directory, "keys", "member0.pem");
        using var key = File.Exists(keyFile) ? SecretFile.OfPersons.ReadKey(keyFile) : SecretFile.OfPersons.NewKey(keyFile);
        var certificateFile = Path.Combine(directory, "member0_cert.pem");
        using var certificate = File.Exists(certificateFile)
            ? LedgerHomeBuilder.Load(certificateFile, key)
            : LedgerHomeBuilder.Write(
                certificateFile, CertificateAuthority.SelfSigned(key, "member0", time.GetUtcNow(), Validity));
        return Member.Of(certificate) with
        {
            EncryptionKey = EncryptionKeyIn(directory),
            RecoveryRole = RecoveryRole.Participant,
        };
    }

    // On P-384: an RSA key, which CCF would have, takes up to two seconds to make.
    private static string EncryptionKeyIn(string directory)
    {
        var path = Path.Combine(directory, "keys", "member0_enc.pem");
        using var key = File.Exists(path) ? SecretFile.OfPersons.ReadEncryptionKey(path) : SecretFile.OfPersons.NewEncryptionKey(path);
        Durable.Replace(
            Path.Combine(directory, "member0_enc_pubk.pem"), Encoding.ASCII.GetBytes(key.PublicKeyPem), LedgerHomeBuilder.Readable);
        return key.PublicKeyPem;
    }
}
