using System.CommandLine;
using System.Text.Json;
using Stele.Cli.Output;
using Stele.Governance.Requests;

namespace Stele.Cli.Members;

/// <summary><c>stele member ack</c>.</summary>
internal static class AckCommand
{
    private static readonly Option<string?> Digest = new("--digest")
    {
        Description = "acknowledge this state, which the ledger has told already",
        HelpName = "HEX",
    };

    private static readonly MemberOptions Member = new();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "ack",
            "Acknowledge the state of the ledger; a new member is active by that.",
            """
            The ledger tells the member its newest signed Merkle root, and the member signs it: whoever has acknowledged a state
            has a proof of how far the ledger had come, should it ever be cut short or begun anew.

            With a key that is away from the network, within an hour:
              stele member ack --out ask.cose                  # there: the question
              stele member send ask.cose                       # here: prints the state's digest
              stele member ack --digest 9f3c... --out ack.cose # there
              stele member send ack.cose                       # here
            """) { Digest };
        Member.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var digest = parsed.GetValue(Digest);
        if (digest is null && Member.IsForLater(parsed))
        {
            await Member.SignAsync(parsed, RequestType.StateDigest, null, [], cancel);
            return ExitCode.Ok;
        }
        digest ??= await AskAsync(parsed, cancel);
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(StringComparer.Ordinal) { ["stateDigest"] = digest });
        if (await Member.SignAsync(parsed, RequestType.Ack, null, body, cancel) is null) return ExitCode.Ok;
        using var key = Member.Key(parsed);
        Member.Terminal(parsed).Result($"{key.Id}\t{Printable.Of(digest)}", json =>
        {
            json.WriteStartObject();
            json.WriteString("memberId", key.Id);
            json.WriteString("stateDigest", digest);
            json.WriteEndObject();
        });
        return ExitCode.Ok;
    }

    private static async Task<string> AskAsync(ParseResult parsed, CancellationToken cancel)
    {
        using var key = Member.Key(parsed);
        using var connection = Member.Connection.Open(parsed);
        var ask = SignedRequest.Read(key.Sign(RequestType.StateDigest, null, []));
        return (await RequestPath.SendAsync(connection, ask, cancel)).Json().GetProperty("stateDigest").GetString()!;
    }
}
