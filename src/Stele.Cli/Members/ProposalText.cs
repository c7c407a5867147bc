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

    /// <summary>The same, with the names of its actions and of who made it.</summary>
    public static string Row(JsonElement proposal, JsonElement actions, MemberNames members) => string.Join('\t',
        Row(proposal), string.Join(", ", ActionsOf(actions).Select(action => Printable.Of(NameOf(action)))),
        members.Of(proposal.GetProperty("proposerId").GetString()!));

    /// <summary>What was proposed, in any constitution's proposals that have actions.</summary>
    public static IEnumerable<JsonElement> ActionsOf(JsonElement proposed) =>
        proposed.ValueKind == JsonValueKind.Object
        && proposed.TryGetProperty("actions", out var actions) && actions.ValueKind == JsonValueKind.Array
            ? actions.EnumerateArray()
            : [];

    /// <summary>An action's name; a question mark where it has none.</summary>
    public static string NameOf(JsonElement action) =>
        action.ValueKind == JsonValueKind.Object && action.TryGetProperty("name", out var name) ? name.ToString() : "?";

    private static string Text(JsonElement json, string name) => Printable.Of(json.GetProperty(name).GetString()!);
}
