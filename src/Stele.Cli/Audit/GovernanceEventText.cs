using System.Globalization;
using System.Text.Json;
using Stele.Cli.Members;
using Stele.Cli.Output;
using Stele.Governance.Audit;
using Stele.Governance.Proposals;
using Stele.Governance.Requests;

namespace Stele.Cli.Audit;

/// <summary>What became of governance, in words and as JSON.</summary>
internal static class GovernanceEventText
{
    public static string Of(GovernanceEvent done) => Printable.Of(done switch
    {
        GovernanceEvent.ServiceBegan { Recoveries: 0 } => $"{done.Id}\tthe service began",
        GovernanceEvent.ServiceBegan began => $"{done.Id}\tthe service was recovered, with a new identity (recovery {began.Recoveries})",
        GovernanceEvent.Decided decided => $"{done.Id}\t{What(decided)}, signed at {Time(decided.Request)}",
        GovernanceEvent.StateTold told => $"{done.Id}\tmember {told.MemberId} was told the state",
        GovernanceEvent.WrittenByService own =>
            $"{done.Id}\twithout a proposal, as may be: {string.Join(", ", own.Tables.Select(table => table.Value))}",
        GovernanceEvent.Unexplained fault => $"{done.Id}\tNOT EXPLAINED: {fault.Reason}",
        _ => throw new InvalidOperationException("No such event."),
    });

    public static void Write(Utf8JsonWriter json, GovernanceEvent done)
    {
        json.WriteStartObject();
        json.WriteString("transactionId", done.Id.ToString());
        json.WriteString("event", done.GetType().Name);
        switch (done)
        {
            case GovernanceEvent.ServiceBegan began: json.WriteNumber("recoveries", began.Recoveries); break;
            case GovernanceEvent.StateTold told: json.WriteString("memberId", told.MemberId); break;
            case GovernanceEvent.WrittenByService own: WriteList(json, "tables", own.Tables.Select(table => table.Value)); break;
            case GovernanceEvent.Unexplained fault: json.WriteString("reason", fault.Reason); break;
            case GovernanceEvent.Decided decided: Write(json, decided); break;
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, GovernanceEvent.Decided decided)
    {
        json.WriteString("request", decided.Request.Type.ToString());
        json.WriteString("memberId", decided.Request.MemberId);
        json.WriteString("memberName", RowText.NameOf(decided.Certificate));
        json.WriteString("signedAt", Time(decided.Request));
        if (decided.Proposal is not { } proposal) return;
        json.WriteString("proposalId", proposal.Id);
        json.WriteString("proposerId", proposal.ProposerId);
        json.WriteString("proposalState", proposal.State.ToString());
        WriteList(json, "actions", decided.Actions);
        WriteList(json, "ballots", proposal.Ballots.Keys);
        if (proposal.FinalVotes is not { } votes) return;
        json.WriteStartObject("finalVotes");
        foreach (var (member, vote) in votes) json.WriteBoolean(member, vote);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static string What(GovernanceEvent.Decided decided)
    {
        var who = $"{RowText.NameOf(decided.Certificate)} ({decided.Request.MemberId})";
        if (decided.Proposal is not { } proposal) return $"{who} acknowledged the state";
        var verb = decided.Request.Type switch
        {
            RequestType.Proposal => "proposed",
            RequestType.Ballot => "voted on",
            _ => "withdrew",
        };
        return $"{who} {verb} {proposal.Id} ({string.Join(", ", decided.Actions)}): {proposal.State}{Votes(proposal)}";
    }

    private static string Votes(Proposal proposal) => proposal.FinalVotes is { } votes
        ? $", {votes.Values.Count(vote => vote)} for, {votes.Values.Count(vote => !vote)} against"
        : $", ballots so far: {proposal.Ballots.Count}";

    private static string Time(RequestHeader request) =>
        DateTimeOffset.FromUnixTimeSeconds(request.CreatedAt).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
