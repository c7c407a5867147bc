using System.CommandLine;
using System.Text.Json;
using Stele.Cli.Output;
using Stele.Governance.Requests;

namespace Stele.Cli.Members;

/// <summary><c>stele member ack</c>.</summary>
internal static class AckCommand
{
    private static readonly MemberOptions Member = new();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "ack",
            "Acknowledge the state of the ledger; a new member is active by that.",
            """
            The ledger tells the member its newest signed Merkle root, and the member signs it: whoever has acknowledged a state
            has a proof of how far the ledger had come, should it ever be cut short or begun anew.
            """);
        Member.AddTo(command, mayBeSentLater: false);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        using var key = Member.Key(parsed);
        using var connection = Member.Connection.Open(parsed);
        var ask = SignedRequest.Read(key.Sign(RequestType.StateDigest, null, []));
        var told = (await RequestPath.SendAsync(connection, ask, cancel)).Json().GetProperty("stateDigest").GetString()!;
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(StringComparer.Ordinal) { ["stateDigest"] = told });
        await RequestPath.SendAsync(connection, SignedRequest.Read(key.Sign(RequestType.Ack, null, body)), cancel);
        Member.Terminal(parsed).Result($"{key.Id}\t{Printable.Of(told)}", json =>
        {
            json.WriteStartObject();
            json.WriteString("memberId", key.Id);
            json.WriteString("stateDigest", told);
            json.WriteEndObject();
        });
        return ExitCode.Ok;
    }
}
