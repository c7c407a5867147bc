using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
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

    private static readonly MemberOptions Member = new();

    public static Command Create()
    {
        var get = new TaughtCommand(
            "get",
            "Fetch one's recovery share and open it: prints it in base64.",
            "Whoever has as many shares as the recovery threshold asks for has the ledger's secrets. Keep it to yourself.")
        { EncryptionKey };
        get.SetAction(GetAsync);
        var submit = new Command("submit", "Hand one's recovery share to a service that is being recovered.") { EncryptionKey };
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
        using var key = Member.Key(parsed);
        using var connection = Member.Connection.Open(parsed);
        var share = await OpenAsync(parsed, connection, key, cancel);
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(StringComparer.Ordinal) { ["share"] = share });
        var request = SignedRequest.Read(key.Sign(RequestType.RecoveryShare, null, body));
        CryptographicOperations.ZeroMemory(body);
        var answer = (await RequestPath.SendAsync(connection, request, cancel)).Json();
        var text = answer.TryGetProperty("message", out var message) ? message.ToString() : answer.GetRawText();
        Member.Terminal(parsed).Result(Printable.Lines(text), answer.WriteTo);
        return ExitCode.Ok;
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
