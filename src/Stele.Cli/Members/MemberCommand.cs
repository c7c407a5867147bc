using System.CommandLine;
using Stele.Cli.Output;

namespace Stele.Cli.Members;

/// <summary><c>stele member</c>: what a member of the consortium does.</summary>
internal static class MemberCommand
{
    public static Command Create() => new TaughtCommand(
        "member",
        "Govern the ledger, as a member of its consortium.",
        """
        Examples:
          stele member keygen alice                        makes alice's keys and certificate
          stele member propose proposal.json               {"actions": [{"name": "set_member", "args": {"cert": "..."}}]}
          stele member proposals 7f83...                   what it would change
          stele member vote 7f83... --accept
          stele member ack                                 as a new member: acknowledge the state, and be active

        Whatever a member asks for is signed with the member's key and recorded with its signature: stele audit --governance.
        Where the key is kept apart from all networks, sign there with --out FILE; anyone may bring it: stele member send FILE.
        """)
    {
        KeygenCommand.Create(),
        ListMembersCommand.Create(),
        AckCommand.Create(),
        ProposeCommand.Create(),
        ProposalsCommand.Create(),
        VoteCommand.Create(),
        WithdrawCommand.Create(),
        SendCommand.Create(),
        ShareCommand.Create(),
    };
}
