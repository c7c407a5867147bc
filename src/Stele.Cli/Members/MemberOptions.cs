using System.CommandLine;
using System.Text.Json;
using Stele.Cli.Commands;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Governance.Requests;

namespace Stele.Cli.Members;

/// <summary>The options of commands that sign: as which member, for which ledger, and whether to send it at once.</summary>
internal sealed class MemberOptions
{
    private readonly Option<string?> _certificate = new("--member-cert")
    {
        Description = "the member's certificate [STELE_MEMBER_CERT, else member0_cert.pem of the data directory]",
        HelpName = "PEM",
    };

    private readonly Option<string?> _key = new("--member-key")
    {
        Description = "the member's key [STELE_MEMBER_KEY, else NAME_privk.pem beside NAME_cert.pem]",
        HelpName = "PEM",
    };

    private readonly Option<FileInfo?> _out = new("--out", "-o")
    {
        Description = "write the signed request there instead of sending it",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    public ConnectionOptions Connection { get; } = new();

    public void AddTo(Command command, bool mayBeSentLater = true)
    {
        command.Options.Add(_certificate);
        command.Options.Add(_key);
        if (mayBeSentLater) command.Options.Add(_out);
        command.Options.Add(_json);
        Connection.AddTo(command);
    }

    public Terminal Terminal(ParseResult parsed) => new(parsed.GetValue(_json));

    /// <summary>Whether the request is only to be signed.</summary>
    public bool IsForLater(ParseResult parsed) => parsed.GetValue(_out) is not null;

    /// <summary>The member's key.</summary>
    public MemberKey Key(ParseResult parsed)
    {
        var (certificate, key) = (CertificatePath(parsed), ConnectionOptions.Value(parsed, _key, "STELE_MEMBER_KEY"));
        var data = Connection.Data(parsed);
        var isFirst = certificate is null;
        certificate ??= Path.Combine(data, "member0_cert.pem");
        if (isFirst && !File.Exists(certificate))
            throw new CommandFailedException("As which member? Give --member-cert PEM and --member-key PEM.", ExitCode.Usage);
        return MemberKey.Read(certificate, key
            ?? (isFirst ? Path.Combine(data, "keys", "member0.pem") : Beside(certificate, "_privk.pem", "--member-key")));
    }

    /// <summary>Signs a request, and sends it or puts it by.</summary>
    /// <returns>The answer; none where it was put by.</returns>
    public async Task<LedgerAnswer?> SignAsync(
        ParseResult parsed, RequestType type, string? proposalId, byte[] body, CancellationToken cancel)
    {
        byte[] bytes;
        using (var key = Key(parsed)) bytes = key.Sign(type, proposalId, body);
        var request = Read(bytes);
        if (parsed.GetValue(_out) is not { } file)
        {
            using var connection = Connection.Open(parsed);
            return await RequestPath.SendAsync(connection, request, cancel);
        }
        await File.WriteAllBytesAsync(file.FullName, bytes, cancel);
        Output.Terminal.Say($"{file} holds the signed request. To send it: stele member send {file}");
        return null;
    }

    // By what a ledger asks of it, before it is sent or carried somewhere.
    private static SignedRequest Read(byte[] request)
    {
        try
        {
            return SignedRequest.Read(request);
        }
        catch (FormatException fault)
        {
            throw new CommandFailedException($"No ledger takes this request of {request.Length} bytes: {fault.Message}", ExitCode.Usage);
        }
    }

    /// <summary>The file of a member's certificate, where one is named.</summary>
    public string? CertificatePath(ParseResult parsed) => ConnectionOptions.Value(parsed, _certificate, "STELE_MEMBER_CERT");

    /// <summary>The file of a key that <c>keygen</c> makes beside a certificate's.</summary>
    public static string Beside(string certificate, string suffix, string option)
    {
        const string usual = "_cert.pem";
        return certificate.EndsWith(usual, StringComparison.Ordinal)
            ? certificate[..^usual.Length] + suffix
            : throw new CommandFailedException($"Where is the key that goes with {certificate}? Give {option} PEM.", ExitCode.Usage);
    }

    /// <summary>Shows a proposal as the ledger answered it.</summary>
    public static void Show(Terminal terminal, JsonElement proposal) => terminal.Result(ProposalText.Row(proposal), proposal.WriteTo);
}
