using System.CommandLine;
using System.Text;
using System.Text.Json;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Governance.Requests;

namespace Stele.Cli.Members;

/// <summary><c>stele member propose</c>.</summary>
internal static class ProposeCommand
{
    private static readonly Argument<string> Proposal = new("file")
    {
        Description = "the proposal, JSON",
        HelpName = "FILE",
    };

    private static readonly MemberOptions Member = new();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "propose",
            "Make a proposal.",
            """
            A proposal is a list of actions of the constitution, all of which are done or none:
              {"actions": [{"name": "set_user_roles", "args": {"user_id": "5F:23:...", "roles": ["Reader"]}}]}

            Whoever proposes has not voted by that: stele member vote ID --accept.
            """) { Proposal };
        Member.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var path = parsed.GetRequiredValue(Proposal);
        var text = CertificateFile.Text(path);
        Check(path, text);
        if (await Member.SignAsync(parsed, RequestType.Proposal, null, Encoding.UTF8.GetBytes(text), cancel) is not { } answer)
            return ExitCode.Ok;
        var proposal = answer.Json();
        MemberOptions.Show(Member.Terminal(parsed), proposal);
        var id = Printable.Of(proposal.GetProperty("proposalId").GetString()!);
        Terminal.Say($"What it would change: stele member proposals {id}\nTo vote on it: stele member vote {id} --accept");
        return ExitCode.Ok;
    }

    private static void Check(string path, string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
        }
        catch (JsonException fault)
        {
            throw new CommandFailedException($"{path} is not JSON: {fault.Message}", ExitCode.Usage);
        }
    }
}
