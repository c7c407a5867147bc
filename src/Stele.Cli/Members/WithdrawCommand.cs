using System.CommandLine;
using Stele.Governance.Requests;

namespace Stele.Cli.Members;

/// <summary><c>stele member withdraw</c>.</summary>
internal static class WithdrawCommand
{
    private static readonly Argument<string> Proposal = ProposalText.Id();
    private static readonly MemberOptions Member = new();

    public static Command Create()
    {
        var command = new Command("withdraw", "Withdraw a proposal of one's own.") { Proposal };
        Member.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var id = parsed.GetRequiredValue(Proposal);
        if (await Member.SignAsync(parsed, RequestType.Withdrawal, id, [], cancel) is { } answer)
            MemberOptions.Show(Member.Terminal(parsed), answer.Json());
        return ExitCode.Ok;
    }
}
