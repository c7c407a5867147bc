using System.CommandLine;
using Stele.Cli.Commands;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Governance.Requests;

namespace Stele.Cli.Members;

/// <summary><c>stele member send</c>: a request that was signed elsewhere, with this tool or CCF's.</summary>
internal static class SendCommand
{
    private static readonly Argument<FileInfo> Request = new("file")
    {
        Description = "the signed request (COSE_Sign1)",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly ConnectionOptions Connection = new();

    public static Command Create()
    {
        var command = new Command("send", "Send a request that was signed elsewhere; it says itself where it goes.") { Request, Json };
        Connection.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var request = await ReadAsync(parsed.GetRequiredValue(Request), cancel);
        using var connection = Connection.Open(parsed);
        var answer = await RequestPath.SendAsync(connection, request, cancel);
        if (answer.Body.Length == 0) return ExitCode.Ok;
        var json = answer.Json();
        var text = json.TryGetProperty("proposalId", out _) ? ProposalText.Row(json) : Printable.Of(json.GetRawText());
        new Terminal(parsed.GetValue(Json)).Result(text, json.WriteTo);
        return ExitCode.Ok;
    }

    private static async Task<SignedRequest> ReadAsync(FileInfo file, CancellationToken cancel)
    {
        try
        {
            return SignedRequest.Read(await File.ReadAllBytesAsync(file.FullName, cancel));
        }
        catch (FormatException fault)
        {
            throw new CommandFailedException($"{file} holds no signed request: {fault.Message}", ExitCode.Failed);
        }
    }
}
