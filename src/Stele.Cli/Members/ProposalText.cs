using System.CommandLine;
using System.Text.Json;
using Stele.Cli.Output;

namespace Stele.Cli.Members;

/// <summary>Proposals in words.</summary>
internal static class ProposalText
{
    public static Argument<string> Id() => new("proposal") { Description = "the proposal's id" };

    /// <summary>One line: id, state, proposer, number of ballots; and why it failed.</summary>
    public static string Row(JsonElement proposal)
    {
        var row = string.Join('\t', Text(proposal, "proposalId"), Text(proposal, "proposalState"), Text(proposal, "proposerId"),
            proposal.GetProperty("ballotCount").GetInt32());
        return proposal.TryGetProperty("failure", out var failure) ? $"{row}\t{Text(failure, "reason")}" : row;
    }

    private static string Text(JsonElement json, string name) => Printable.Of(json.GetProperty(name).GetString()!);
}
