using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Governance.Users;

namespace Stele.Cli.Commands;

/// <summary><c>stele user new</c>: a key and a certificate in a file, and whoever holds it let in.</summary>
internal static class NewUserCommand
{
    /// <summary>What <see cref="IsName"/> asks for.</summary>
    public const string NameRule = "A name has up to 64 letters, digits, dots, dashes and underscores.";

    private static readonly TimeSpan Validity = TimeSpan.FromDays(365);

    private static readonly Argument<string> Name = new("name") { Description = "the user's name, which the certificate says" };

    private static readonly Option<FileInfo?> Out = new("--out", "-o")
    {
        Description = "the file to make [NAME.pem]",
        HelpName = "FILE",
    };

    private static readonly Option<string[]> Roles = UserCommand.NewRoles();
    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly ConnectionOptions Connection = new();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "new",
            "Make a key and a certificate for a user, and let the user in.",
            """
            Example:
              stele user new alice --role contributor     makes alice.pem, readable by you alone
              stele append "hello" --certificate alice.pem

            The file holds the private key and is good for a year. Where the key should never leave the user's machine, let
            the user make it, and use: stele user add --user-certificate PEM.
            """)
        {
            Name, Roles, Out, Json,
        };
        Connection.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        var name = parsed.GetRequiredValue(Name);
        if (!IsName(name)) throw new CommandFailedException(NameRule, ExitCode.Usage);
        var file = parsed.GetValue(Out)?.FullName ?? $"{name}.pem";
        using var connection = Connection.Open(parsed);
        var id = Make(name, file);
        var answer = await UserCommand.SetAsync(connection, id, parsed.GetRequiredValue(Roles), cancel);
        terminal.Result(UserCommand.Row(answer), answer.WriteTo);
        Terminal.Say($"{file} holds the certificate and its private key.");
        return ExitCode.Ok;
    }

    /// <summary>Whether a text can be the name of a certificate and of files.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 64 && name.All(IsPlain) && name[0] is not ('.' or '-');

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';

    private static UserId Make(string name, string file)
    {
        using var key = SigningKey.Generate();
        using var certificate = CertificateAuthority.SelfSigned(key, name, TimeProvider.System.GetUtcNow(), Validity);
        var pem = key.ToPem();
        var bytes = new byte[pem.Length];
        try
        {
            Encoding.ASCII.GetBytes(pem, bytes);
            using var made = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            made.Write(Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"));
            made.Write(bytes);
            made.Write("\n"u8);
        }
        catch (IOException) when (File.Exists(file))
        {
            throw new CommandFailedException(
                $"{file} is there already, and may be a key that somebody has: another file is named with --out FILE.", ExitCode.Failed);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{file} cannot be made: {fault.Message}", ExitCode.Failed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            pem.AsSpan().Clear();
        }
        return UserId.OfCertificate(certificate.RawData);
    }
}
