using System.CommandLine;
using Stele.Cli.Connection;
using Stele.Cryptography;
using Stele.Cryptography.Certificates;
using Stele.Ledger.Backups;

namespace Stele.Cli.Backups;

/// <summary>The option that says whose ledger a backup must be of: what is in the backup cannot vouch for itself.</summary>
internal static class ExpectedService
{
    public static Option<string?> Option { get; } = new("--service-cert")
    {
        Description = "the certificate of the service whose ledger it must be",
        HelpName = "PEM",
    };

    /// <summary>Refuses a backup of another service's ledger than the one that is expected.</summary>
    public static void Check(ParseResult parsed, BackupManifest manifest)
    {
        if (parsed.GetValue(Option) is not { } path) return;
        using var expected = CertificateFile.Read(path);
        if (Digest.Of(expected.RawData) != manifest.ServiceCertificate)
            throw new CommandFailedException(
                $"The backup is of another service's ledger than {path}: its certificate's SHA-256 fingerprint is "
                + $"{CertificateFingerprint.Of(manifest.ServiceCertificate)}.",
                ExitCode.NotVerified);
    }
}
