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
        GovernanceEvent.ServiceBegan { Recoveries: 0 } began => $"{done.Id}\tthe service began{With(began.Rights)}",
        GovernanceEvent.ServiceBegan began => $"{done.Id}\tthe service was recovered, with a new identity (recovery {began.Recoveries})",
        GovernanceEvent.Decided decided => $"{done.Id}\t{What(decided)}, signed at {Time(decided.Request)}",
        GovernanceEvent.StateTold told => $"{done.Id}\tmember {told.MemberId} was told the state",
        GovernanceEvent.WrittenByService own => $"{done.Id}\t{string.Join("; ", What(own))}",
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
            case GovernanceEvent.ServiceBegan began:
                json.WriteNumber("recoveries", began.Recoveries);
                RightsText.Write(json, began.Rights);
                break;
            case GovernanceEvent.StateTold told: json.WriteString("memberId", told.MemberId); break;
            case GovernanceEvent.WrittenByService own:
                WriteList(json, "tables", own.Tables.Select(table => table.Value));
                RightsText.Write(json, own.Rights);
                break;
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
        json.WriteStartArray("actions");
        foreach (var action in decided.Actions) action.Whole.WriteTo(json);
        json.WriteEndArray();
        if (decided.Ballot is { } ballot) json.WriteString("ballot", ballot);
        WriteList(json, "ballots", proposal.Ballots.Keys);
        WriteMap(json, "finalVotes", proposal.FinalVotes, json.WriteBooleanValue);
        WriteMap(json, "voteFailures", proposal.VoteFailures, failure => Write(json, failure));
        if (proposal.Failure is null) return;
        json.WritePropertyName("failure");
        Write(json, proposal.Failure);
    }

    private static void Write(Utf8JsonWriter json, ScriptFailure failure)
    {
        json.WriteStartObject();
        json.WriteString("reason", failure.Reason);
        if (failure.Trace is { } trace) json.WriteString("trace", trace);
        json.WriteEndObject();
    }

    private static void WriteMap<T>(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, T>? map, Action<T> write)
    {
        if (map is null) return;
        json.WriteStartObject(name);
        foreach (var (key, value) in map)
        {
            json.WritePropertyName(key);
            write(value);
        }
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static string With(IReadOnlyList<RightsChange> rights) =>
        rights.Count == 0 ? "" : $", with {string.Join("; ", rights.Select(RightsText.Of))}";

    private static IEnumerable<string> What(GovernanceEvent.WrittenByService own)
    {
        if (own.Tables.Count > 0)
            yield return $"without a proposal, as may be: {string.Join(", ", own.Tables.Select(table => table.Value))}";
        if (own.Rights.Count > 0)
            yield return $"without a proposal, told and not judged: {string.Join("; ", own.Rights.Select(RightsText.Of))}";
    }

    private static string What(GovernanceEvent.Decided decided)
    {
        var who = $"{RowText.NameOf(decided.Certificate)} ({decided.Request.MemberId})";
        if (decided.Proposal is not { } proposal) return $"{who} acknowledged the state";
        var (verb, actions) = decided.Request.Type switch
        {
            // What exactly, is said once.
            RequestType.Proposal => ("proposed", string.Join(", ", decided.Actions.Select(ActionText.Of))),
            RequestType.Ballot => (BallotText.Of(decided.Ballot), Names(decided)),
            _ => ("withdrew", Names(decided)),
        };
        return $"{who} {verb} {proposal.Id} ({actions}): {proposal.State}{Votes(proposal)}";
    }

    private static string Names(GovernanceEvent.Decided decided) => string.Join(", ", decided.Actions.Select(action => action.Name));

    private static string Votes(Proposal proposal)
    {
        if (proposal.FinalVotes is not { } votes) return $", ballots so far: {proposal.Ballots.Count}";
        var counted = $", {votes.Values.Count(vote => vote)} for, {votes.Values.Count(vote => !vote)} against";
        var failed = proposal.VoteFailures?.Select(one => $"; the ballot of {one.Key} failed: {one.Value.Reason}");
        return counted + string.Concat(failed ?? []) + (proposal.Failure is { } failure ? $"; {failure.Reason}" : "");
    }

    private static string Time(RequestHeader request) =>
        DateTimeOffset.FromUnixTimeSeconds(request.CreatedAt).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
