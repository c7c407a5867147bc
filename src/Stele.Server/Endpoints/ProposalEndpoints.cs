using System.Text;
using System.Text.Json;
using Stele.Governance.Constitution;
using Stele.Governance.Members;
using Stele.Governance.Proposals;
using Stele.Ledger.Entries;
using Stele.Server.Api;
using Stele.Server.Application;

namespace Stele.Server.Endpoints;

/// <summary>Proposals and ballots, in CCF's JSON.</summary>
internal sealed class ProposalEndpoints(ConfidentialLedger ledger)
{
    private const string NoProposal = "ProposalNotFound";
    private const string NoVote = "VoteNotFound";

    // What the service does itself by a decision stands in no row that a constitution writes.
    private static readonly (ServiceTasks Task, string Text)[] Tasks =
    [
        (ServiceTasks.Rekey, "the ledger gets a new secret, which seals everything from then on; members get shares of it"),
        (ServiceTasks.ReissueShares, "recovery shares are issued anew; those issued before are of no use any more"),
        (ServiceTasks.EndFile, "the ledger file ends at the next signature"),
        (ServiceTasks.TakeSnapshot, "a snapshot is taken at the next signature"),
    ];

    /// <summary><c>GET /gov/members/proposals</c>: the open ones, and those that were decided last.</summary>
    public Answer List() => Answer.Object(json =>
    {
        json.WriteStartArray("value"u8);
        foreach (var proposal in ProposalTable.List(ledger.Tables))
        {
            json.WriteStartObject();
            WriteMembers(json, proposal);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary><c>GET /gov/members/proposals/{id}</c>.</summary>
    public Answer One(string id) => Answered(Find(id));

    /// <summary><c>GET /gov/members/proposals/{id}/actions</c>: what is proposed, as it was signed.</summary>
    public Answer Actions(string id) => ProposalTable.Text(ledger.Tables, id) is { } text
        ? new Answer(200, json => json.WriteRawValue(text))
        : throw NotFound();

    /// <summary>
    /// <c>GET /gov/members/proposals/{id}/preview</c>, which CCF does not have: the rows that an open proposal would change if it
    /// passed now, by the constitution in force; and who has voted so far.
    /// </summary>
    public async Task<Answer> PreviewAsync(string id, CancellationToken gone)
    {
        var proposal = Find(id);
        return await ledger.Governance.PreviewAsync(id, gone) is { } preview
            ? Answer.Object(json => WritePreview(json, proposal, preview))
            : throw RefusedException.Input($"The proposal is not open any more: it is {proposal.State}.", "ProposalNotOpen");
    }

    /// <summary><c>GET /gov/members/proposals/{id}/ballots/{member}</c>: a ballot's script.</summary>
    public Answer Ballot(string id, string member) => Find(id).Ballots.TryGetValue(member, out var ballot)
        ? Answer.OfScript(ballot)
        : throw RefusedException.NotFound(NoVote, "This member has not voted on this proposal.");

    /// <summary><c>GET /gov/members/state-digests/{member}</c>: the state that a member was told last.</summary>
    public Answer StateDigest(string member) => MemberTable.StateDigest(ledger.Tables, member) is { } digest
        ? Answered(member, digest, null)
        : throw RefusedException.NotFound(ErrorCodes.ResourceNotFound, "This member was told no state.");

    /// <summary>A proposal.</summary>
    public static Answer Answered(Proposal proposal, TransactionId? transaction = null) =>
        Answer.Object(json => WriteMembers(json, proposal), transaction);

    /// <summary>What state a member was told.</summary>
    public static Answer Answered(string member, string stateDigest, TransactionId? transaction) => Answer.Object(json =>
    {
        json.WriteString("memberId"u8, member);
        json.WriteString("stateDigest"u8, stateDigest);
    }, transaction);

    private static void WriteMembers(Utf8JsonWriter json, Proposal proposal)
    {
        json.WriteNumber("ballotCount"u8, proposal.Ballots.Count);
        if (proposal.Failure is { } failure)
        {
            json.WritePropertyName("failure"u8);
            Write(json, failure);
        }
        if (proposal.FinalVotes is { } votes)
        {
            json.WriteStartObject("finalVotes"u8);
            foreach (var (member, vote) in votes) json.WriteBoolean(member, vote);
            json.WriteEndObject();
        }
        json.WriteString("proposalId"u8, proposal.Id);
        json.WriteString("proposalState"u8, proposal.State.ToString());
        json.WriteString("proposerId"u8, proposal.ProposerId);
        if (proposal.VoteFailures is not { } failures) return;
        json.WriteStartObject("voteFailures"u8);
        foreach (var (member, why) in failures)
        {
            json.WritePropertyName(member);
            Write(json, why);
        }
        json.WriteEndObject();
    }

    private static void WritePreview(Utf8JsonWriter json, Proposal proposal, ProposalPreview preview)
    {
        json.WriteStartArray("voters"u8);
        foreach (var member in proposal.Ballots.Keys) json.WriteStringValue(member);
        json.WriteEndArray();
        if (preview.Failure is { } failure)
        {
            json.WritePropertyName("failure"u8);
            Write(json, failure);
        }
        json.WriteStartArray("changes"u8);
        foreach (var change in preview.Changes)
        {
            json.WriteStartObject();
            json.WriteString("table"u8, change.Table.Value);
            json.WriteString("key"u8, change.Key.Span.SequenceEqual(TableNames.SingleKey.Span) ? null : Text(change.Key));
            json.WriteString("before"u8, Text(change.Before));
            json.WriteString("after"u8, Text(change.After));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("tasks"u8);
        foreach (var (task, text) in Tasks)
            if (preview.Tasks.HasFlag(task)) json.WriteStringValue(text);
        foreach (var warning in preview.Warnings) json.WriteStringValue(warning);
        json.WriteEndArray();
    }

    private static string? Text(ReadOnlyMemory<byte>? row) => row is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;

    private static void Write(Utf8JsonWriter json, ScriptFailure failure)
    {
        json.WriteStartObject();
        json.WriteString("reason"u8, failure.Reason);
        if (failure.Trace is { } trace) json.WriteString("trace"u8, trace);
        json.WriteEndObject();
    }

    private Proposal Find(string id) => ProposalTable.Find(ledger.Tables, id) ?? throw NotFound();

    private static RefusedException NotFound() => RefusedException.NotFound(
        NoProposal, "There is no proposal of this id, or it was decided so long ago that only the ledger's history has it.");
}
