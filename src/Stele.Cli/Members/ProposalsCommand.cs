using System.CommandLine;
using Stele.Cli.Commands;
using Stele.Cli.Connection;
using Stele.Cli.Output;

namespace Stele.Cli.Members;

/// <summary><c>stele member proposals</c>.</summary>
internal static class ProposalsCommand
{
    private static readonly Argument<string?> Proposal = new("proposal")
    {
        Description = "the proposal's id; all where none is given",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly ConnectionOptions Connection = new();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "proposals",
            "List the proposals, or show what one would change.",
            """
            Without an id: id, tab, state, tab, proposer, tab, number of ballots, tab, actions, tab, the proposer's name; the open
            ones, and those decided last.
            With an id: its actions as they were proposed, who has voted, and each row of the ledger's tables before and after.

            What would change is found by the node that is asked: it runs the constitution in force on the current state, and
            writes nothing. So it is true for any constitution, and as trustworthy as that node; what was signed and what became of
            it, stele audit --governance proves from the ledger's files alone.
            """) { Proposal, Json };
        Connection.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        using var connection = Connection.Open(parsed);
        if (parsed.GetValue(Proposal) is { } id)
        {
            var view = await ProposalView.GetAsync(connection, id, cancel);
            terminal.Result(view.Text, view.WriteTo);
            return ExitCode.Ok;
        }
        var members = await MemberNames.GetAsync(connection, cancel);
        var all = (await connection.GetAsync(RequestPath.Of("members/proposals"), cancel)).Json();
        foreach (var proposal in all.GetProperty("value").EnumerateArray())
        {
            var path = $"members/proposals/{Uri.EscapeDataString(proposal.GetProperty("proposalId").GetString()!)}/actions";
            var actions = (await connection.GetAsync(RequestPath.Of(path), cancel)).Json();
            terminal.Result(ProposalText.Row(proposal, actions, members), proposal.WriteTo);
        }
        return ExitCode.Ok;
    }
}
