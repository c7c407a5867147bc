using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Stele.Cli.Commands;
using Stele.Cli.Output;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Governance.Members;

namespace Stele.Cli.Members;

/// <summary><c>stele member keygen</c>: the files that CCF's key generator makes, under its names.</summary>
internal static class KeygenCommand
{
    private const int EncryptionKeyBits = 2048;
    private static readonly string[] Files = ["cert", "privk", "enc_pubk", "enc_privk"];
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Public = Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // A member's certificate names its key; that it has expired is no reason to refuse a signature, in CCF as here.
    private static readonly TimeSpan Validity = TimeSpan.FromDays(3650);

    private static readonly Argument<string> Name = new("name") { Description = "the member's name, which the certificate says" };

    private static readonly Option<DirectoryInfo> Directory = new("--dir")
    {
        Description = "where to make the files [.]",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("."),
    };

    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "keygen",
            "Make a member's keys: one to sign with, one that recovery shares are sealed to.",
            """
            Makes NAME_cert.pem and NAME_privk.pem (P-384), NAME_enc_pubk.pem and NAME_enc_privk.pem (RSA, 2048 bits). Nothing
            that exists is overwritten. The _privk files are readable by you alone: nobody else needs them, ever.
            The others go into the proposal that lets the member in:
              {"actions": [{"name": "set_member", "args": {"cert": "NAME_cert.pem", "encryption_pub_key": "NAME_enc_pubk.pem"}}]}
            with the contents of the files instead of their names.
            """) { Name, Directory, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var name = parsed.GetRequiredValue(Name);
        if (!NewUserCommand.IsName(name)) throw new CommandFailedException(NewUserCommand.NameRule, ExitCode.Usage);
        var directory = System.IO.Directory.CreateDirectory(parsed.GetRequiredValue(Directory).FullName).FullName;
        string At(string suffix) => Path.Combine(directory, $"{name}_{suffix}.pem");
        if (Files.Select(At).FirstOrDefault(File.Exists) is { } existing)
            throw new CommandFailedException($"{existing} exists already; nothing was made.", ExitCode.Failed);
        using var key = SigningKey.Generate();
        using var certificate = CertificateAuthority.SelfSigned(key, name, TimeProvider.System.GetUtcNow(), Validity);
        using var encryption = RSA.Create(EncryptionKeyBits);
        Write(At("privk"), key.ToPem(), Secret);
        Write(At("enc_privk"), ToPem(encryption), Secret);
        Write(At("enc_pubk"), encryption.ExportSubjectPublicKeyInfoPem().ToCharArray(), Public);
        Write(At("cert"), certificate.ExportCertificatePem().ToCharArray(), Public);
        var id = Member.IdOf(certificate);
        new Terminal(parsed.GetValue(Json)).Result(id, json =>
        {
            json.WriteStartObject();
            json.WriteString("memberId", id);
            json.WriteString("certificate", At("cert"));
            json.WriteString("encryptionKey", At("enc_pubk"));
            json.WriteEndObject();
        });
        return ExitCode.Ok;
    }

    private static char[] ToPem(RSA key)
    {
        var der = key.ExportPkcs8PrivateKey();
        try
        {
            return PemEncoding.Write("PRIVATE KEY", der);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    private static void Write(string path, char[] pem, UnixFileMode mode)
    {
        var bytes = Encoding.ASCII.GetBytes(pem);
        try
        {
            using var made = new FileStream(
                path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode });
            made.Write(bytes);
            made.Write("\n"u8);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{path} cannot be made: {fault.Message}", ExitCode.Failed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            pem.AsSpan().Clear();
        }
    }
}
