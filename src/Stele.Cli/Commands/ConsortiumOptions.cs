using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cli.Connection;
using Stele.Governance.Members;
using Stele.Server.Hosting;

namespace Stele.Cli.Commands;

/// <summary>The options that name the members that a ledger is founded with.</summary>
internal static class ConsortiumOptions
{
    public static readonly Option<string[]> Members = new("--member")
    {
        Description = "a member that the ledger is founded with, and the key that the member's recovery share is sealed to; may be "
            + "repeated; counts when the ledger is created [a member whose keys are made in the data directory]",
        HelpName = "CERT.pem[:ENC_PUBK.pem]",
    };

    public static readonly Option<int?> RecoveryThreshold = new("--recovery-threshold")
    {
        Description = "how many members together can recover the ledger [a majority of those with an encryption key]",
        HelpName = "N",
    };

    public static readonly Option<string?> Administrator = new("--administrator")
    {
        Description = "the certificate of the first administrator; counts when the ledger is created [one whose key is made in the "
            + "data directory]",
        HelpName = "CERT.pem",
    };

    /// <summary>The administrator's certificate that a command line names, PEM; null where it names none.</summary>
    /// <exception cref="CommandFailedException">It is no certificate.</exception>
    public static string? AdministratorOf(ParseResult parsed)
    {
        if (parsed.GetValue(Administrator) is not { } path) return null;
        using var certificate = CertificateFile.Read(path);
        return certificate.ExportCertificatePem() + "\n";
    }

    /// <summary>The consortium that a command line names; null where it names none.</summary>
    /// <exception cref="CommandFailedException">It names none that a ledger could be founded with.</exception>
    public static FoundingConsortium? Of(ParseResult parsed)
    {
        if (parsed.GetValue(Members) is not { Length: > 0 } members)
        {
            return parsed.GetValue(RecoveryThreshold) is null
                ? null
                : throw new CommandFailedException("--recovery-threshold counts members that are named with --member.", ExitCode.Usage);
        }
        try
        {
            return FoundingConsortium.Of([.. members.Select(MemberOf)], parsed.GetValue(RecoveryThreshold));
        }
        catch (FormatException fault)
        {
            throw new CommandFailedException($"No ledger can be founded with these members: {fault.Message}", ExitCode.Usage);
        }
    }

    private static Member MemberOf(string text)
    {
        var colon = text.LastIndexOf(':');
        var (certificate, key) = colon < 0 ? (text, null) : (text[..colon], text[(colon + 1)..]);
        try
        {
            using var read = X509Certificate2.CreateFromPem(File.ReadAllText(certificate));
            using var signing = read.GetECDsaPublicKey()
                ?? throw new FormatException($"{certificate} has no key on an elliptic curve, and members sign with such keys.");
            return Member.Of(read) with { EncryptionKey = key is null ? null : File.ReadAllText(key) };
        }
        catch (CryptographicException fault)
        {
            throw new FormatException($"{certificate} is no certificate in PEM.", fault);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FormatException(failure.Message, failure);
        }
    }
}
