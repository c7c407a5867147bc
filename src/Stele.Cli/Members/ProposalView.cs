using System.Text;
using System.Text.Json;
using Stele.Cli.Connection;
using Stele.Cli.Output;

namespace Stele.Cli.Members;

/// <summary>A proposal: what has become of it so far, what it proposes, and what that would change.</summary>
/// <param name="Proposal">The proposal, as the ledger shows it.</param>
/// <param name="Actions">What was proposed.</param>
/// <param name="Preview">What would change; none where it is decided already.</param>
/// <param name="Members">Who the members are.</param>
/// <param name="Voters">The ids of members who have voted.</param>
internal sealed record ProposalView(
    JsonElement Proposal, JsonElement Actions, JsonElement? Preview, MemberNames Members, IReadOnlyList<string> Voters)
{
    private const int ArgumentLengthMax = 100;

    /// <summary>All of it in words.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder();
            foreach (var line in Lines()) text.Append(Printable.Of(line)).Append('\n');
            return text.ToString().TrimEnd('\n');
        }
    }

    /// <summary>Asks a ledger for one.</summary>
    public static async Task<ProposalView> GetAsync(LedgerConnection connection, string id, CancellationToken cancel)
    {
        var path = $"members/proposals/{Uri.EscapeDataString(id)}";
        var proposal = (await connection.GetAsync(RequestPath.Of(path), cancel)).Json();
        var actions = (await connection.GetAsync(RequestPath.Of($"{path}/actions"), cancel)).Json();
        var isOpen = proposal.GetProperty("proposalState").GetString() == "Open";
        var preview = isOpen ? (await connection.GetAsync(RequestPath.Of($"{path}/preview"), cancel)).Json() : default(JsonElement?);
        var members = await MemberNames.GetAsync(connection, cancel);
        List<string> voters = [];
        foreach (var member in members.Ids)
            if (await HasVotedAsync(connection, $"{path}/ballots/{Uri.EscapeDataString(member)}", cancel)) voters.Add(member);
        return new(proposal, actions, preview, members, voters);
    }

    /// <summary>All of it as one JSON object.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var member in Proposal.EnumerateObject()) member.WriteTo(json);
        foreach (var member in Actions.EnumerateObject().Where(member => member.NameEquals("actions"))) member.WriteTo(json);
        if (Preview is { } preview)
        {
            json.WritePropertyName("preview");
            preview.WriteTo(json);
        }
        json.WriteEndObject();
    }

    private IEnumerable<string> Lines()
    {
        yield return $"proposal {Said(Proposal, "proposalId")}: {Said(Proposal, "proposalState")}";
        yield return $"by member {Named(Said(Proposal, "proposerId"))}; ballots so far: {Proposal.GetProperty("ballotCount").GetInt32()}";
        foreach (var voter in Voters) yield return $"  {Named(voter)} has voted";
        if (Proposal.TryGetProperty("finalVotes", out var votes))
        {
            foreach (var vote in votes.EnumerateObject())
                yield return $"  {Named(vote.Name)} {(vote.Value.GetBoolean() ? "for" : "against")}";
        }
        if (Proposal.TryGetProperty("voteFailures", out var failures))
        {
            foreach (var one in failures.EnumerateObject())
                yield return $"  {Named(one.Name)} has no vote, since the ballot failed: {Said(one.Value, "reason")}";
        }
        if (Proposal.TryGetProperty("failure", out var failure)) yield return $"failed: {Said(failure, "reason")}";
        yield return "actions:";
        foreach (var line in ActionLines()) yield return line;
        if (Preview is not { } preview) yield break;
        yield return "";
        if (preview.TryGetProperty("failure", out var why))
        {
            yield return $"IT WOULD FAIL, and change nothing: {Said(why, "reason")}";
            yield break;
        }
        var changes = preview.GetProperty("changes");
        yield return changes.GetArrayLength() > 0 ? "it would change:" : "it would change no row";
        foreach (var change in changes.EnumerateArray())
        {
            foreach (var line in RowText.Diff(change)) yield return line;
        }
        if (!preview.TryGetProperty("tasks", out var tasks)) yield break;
        foreach (var task in tasks.EnumerateArray()) yield return $"  {task}";
    }

    private IEnumerable<string> ActionLines()
    {
        foreach (var action in ProposalText.ActionsOf(Actions))
        {
            var named = ProposalText.NameOf(action);
            yield return $"  {named}";
            if (named == "?" || !action.TryGetProperty("args", out var args) || args.ValueKind != JsonValueKind.Object) continue;
            foreach (var argument in args.EnumerateObject()) yield return $"    {argument.Name}: {Short(argument.Value)}";
        }
    }

    private static string Short(JsonElement value)
    {
        var text = value.ToString();
        if (RowText.Pem(text) is { } pem) return string.Join(", ", pem);
        return text.Length <= ArgumentLengthMax ? text : $"{text[..ArgumentLengthMax]}… ({text.Length} characters)";
    }

    private string Named(string member) => $"{member} ({Members.Of(member)})";

    private static async Task<bool> HasVotedAsync(LedgerConnection connection, string path, CancellationToken cancel)
    {
        try
        {
            await connection.GetAsync(RequestPath.Of(path), cancel);
            return true;
        }
        catch (RequestRefusedException none) when (none.Code == "VoteNotFound")
        {
            return false;
        }
    }

    private static string Said(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
