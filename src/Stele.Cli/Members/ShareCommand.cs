using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Stele.Attestation;
using Stele.Cli.Commands;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Governance.Recovery;
using Stele.Governance.Requests;

namespace Stele.Cli.Members;

/// <summary><c>stele member share</c>: one's part in a recovery.</summary>
internal static class ShareCommand
{
    private static readonly Option<string?> EncryptionKey = new("--encryption-key")
    {
        Description = "the key that the share is sealed to "
            + "[STELE_ENCRYPTION_KEY, else NAME_enc_privk.pem beside NAME_cert.pem, else the first member's in the data directory]",
        HelpName = "PEM",
    };

    private static readonly Option<FileInfo?> Policy = new("--policy")
    {
        Description = "a file that says what the node must run to be given the share, as for `stele attest URL`",
        HelpName = "JSON",
    };

    private static readonly Option<bool> Unattested = new("--unattested")
    {
        Description = "do not ask what the node runs: its operator can read the share, and with enough of them the whole ledger",
    };

    private static readonly MemberOptions Member = new();

    public static Command Create()
    {
        var get = new TaughtCommand(
            "get",
            "Fetch one's recovery share and open it: prints it in base64.",
            "Whoever has as many shares as the recovery threshold asks for has the ledger's secrets. Keep it to yourself.")
        { EncryptionKey };
        get.SetAction(GetAsync);
        var submit = new TaughtCommand(
            "submit",
            "Hand one's recovery share to a service that is being recovered.",
            """
            Example:
              stele member share submit --policy policy.json --member-cert alice_cert.pem --data stele-data

            The node shows its evidence first. Unless that satisfies the policy, and is about the key of the very node that the
            share then goes to, nothing is handed over, and the command exits with 3.
            """)
        { EncryptionKey, Policy, Unattested };
        submit.SetAction(SubmitAsync);
        foreach (var command in new[] { get, submit }) Member.AddTo(command, mayBeSentLater: false);
        return new Command("share", "One's part in the recovery of the ledger after a disaster.") { get, submit };
    }

    private static async Task<int> GetAsync(ParseResult parsed, CancellationToken cancel)
    {
        using var key = Member.Key(parsed);
        using var connection = Member.Connection.Open(parsed);
        var share = await OpenAsync(parsed, connection, key, cancel);
        Member.Terminal(parsed).Result(share, json =>
        {
            json.WriteStartObject();
            json.WriteString("memberId", key.Id);
            json.WriteString("share", share);
            json.WriteEndObject();
        });
        return ExitCode.Ok;
    }

    private static async Task<int> SubmitAsync(ParseResult parsed, CancellationToken cancel)
    {
        var policy = PolicyOf(parsed);
        using var key = Member.Key(parsed);
        var location = Member.Connection.Locate(parsed);
        if (policy is not null) location = location with { NodeKey = await AttestAsync(location, policy, cancel) };
        using var connection = new LedgerConnection(location);
        var share = await OpenAsync(parsed, connection, key, cancel);
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(StringComparer.Ordinal) { ["share"] = share });
        var request = SignedRequest.Read(key.Sign(RequestType.RecoveryShare, null, body));
        var answer = (await RequestPath.SendAsync(connection, request, cancel)).Json();
        var text = answer.TryGetProperty("message", out var message) ? message.ToString() : answer.GetRawText();
        Member.Terminal(parsed).Result(Printable.Lines(text), answer.WriteTo);
        return ExitCode.Ok;
    }

    private static EvidencePolicy? PolicyOf(ParseResult parsed) => (parsed.GetValue(Policy), parsed.GetValue(Unattested)) switch
    {
        ({ } file, false) => AttestedNode.ReadPolicy(file),
        (null, true) => null,
        _ => throw new CommandFailedException(
            "What must the node run that the share is given to? Say it in a file: --policy policy.json. With --unattested instead,"
            + " whoever runs the node can read the share, and with enough of them the whole ledger.", ExitCode.Usage),
    };

    // The share goes to the very key that the evidence is about.
    private static async Task<byte[]> AttestAsync(LedgerLocation location, EvidencePolicy policy, CancellationToken cancel)
    {
        var node = await AttestedNode.AskAsync(location.Url, location.ServiceCertificate, policy, cancel);
        if (node.IsVirtual) Terminal.Say(VerdictOutput.NothingAttested);
        return node.Verdict.Accepted ? node.Session.PublicKey : throw new CommandFailedException(
            string.Join(Environment.NewLine, node.Verdict.Failed.Select(VerdictOutput.Line)
                .Append($"{location.Url} is not what the policy asks for: it was given no share.")), ExitCode.NotVerified);
    }

    private static async Task<string> OpenAsync(
        ParseResult parsed, LedgerConnection connection, MemberKey member, CancellationToken cancel)
    {
        var path = ConnectionOptions.Value(parsed, EncryptionKey, "STELE_ENCRYPTION_KEY") ?? UsualPath(parsed);
        var key = CertificateFile.Text(path);
        var answer = (await connection.GetAsync(RequestPath.Of($"recovery/encrypted-shares/{member.Id}"), cancel)).Json();
        var share = Array.Empty<byte>();
        try
        {
            share = MemberEncryptionKey.Open(key, member.Id, answer.GetProperty("encryptedShare").GetBytesFromBase64());
            return Convert.ToBase64String(share);
        }
        catch (FormatException fault)
        {
            throw new CommandFailedException($"The share was not sealed to the key in {path}: {fault.Message}", ExitCode.Failed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(share);
        }
    }

    private static string UsualPath(ParseResult parsed) => Member.CertificatePath(parsed) is { } certificate
        ? MemberOptions.Beside(certificate, "_enc_privk.pem", EncryptionKey.Name)
        : Path.Combine(Member.Connection.Data(parsed), "keys", "member0_enc.pem");
}
