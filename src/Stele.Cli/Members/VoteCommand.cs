using System.CommandLine;
using System.Text.Json;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Governance.Requests;

namespace Stele.Cli.Members;

/// <summary><c>stele member vote</c>.</summary>
internal static class VoteCommand
{
    private static readonly Argument<string> Proposal = ProposalText.Id();
    private static readonly Option<bool> Accept = new("--accept") { Description = "vote for it" };
    private static readonly Option<bool> Reject = new("--reject") { Description = "vote against it" };

    private static readonly Option<string?> Ballot = new("--ballot")
    {
        Description = "vote by a script that exports vote(proposal, proposerId); it is run when votes are counted",
        HelpName = "FILE.js",
    };

    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "do not ask" };
    private static readonly MemberOptions Member = new();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "vote",
            "Vote on a proposal, which is final.",
            """
            Examples:
              stele member vote 7f83... --accept            shows what would change, and asks
              stele member vote 7f83... --reject --yes
            """) { Proposal, Accept, Reject, Ballot, Yes };
        Member.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var (id, body) = (parsed.GetRequiredValue(Proposal), Body(parsed));
        if (!parsed.GetValue(Yes) && !Member.IsForLater(parsed) && !await ConfirmAsync(parsed, id, cancel))
            throw new CommandFailedException("Nothing was sent.", ExitCode.Failed);
        if (await Member.SignAsync(parsed, RequestType.Ballot, id, body, cancel) is { } answer)
            MemberOptions.Show(Member.Terminal(parsed), answer.Json());
        return ExitCode.Ok;
    }

    private static byte[] Body(ParseResult parsed)
    {
        var script = (parsed.GetValue(Accept), parsed.GetValue(Reject), parsed.GetValue(Ballot)) switch
        {
            (true, false, null) => Constant("true"),
            (false, true, null) => Constant("false"),
            (false, false, { } path) => CertificateFile.Text(path),
            _ => throw new CommandFailedException("How? Give one of --accept, --reject and --ballot FILE.js.", ExitCode.Usage),
        };
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(StringComparer.Ordinal) { ["ballot"] = script });
    }

    // As CCF's services take it too, which know no plain votes.
    private static string Constant(string vote) => $"export function vote (proposal, proposerId) {{ return {vote}; }}";

    private static async Task<bool> ConfirmAsync(ParseResult parsed, string id, CancellationToken cancel)
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
            throw new CommandFailedException("A vote is final: add --yes where nobody can be asked.", ExitCode.Usage);
        using (var connection = Member.Connection.Open(parsed))
            Terminal.Say((await ProposalView.GetAsync(connection, id, cancel)).Text);
        Console.Error.Write("Vote so? [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
