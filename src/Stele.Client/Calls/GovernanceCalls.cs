using System.Text.Json;
using Azure.Core;
using Stele.Client.Pipeline;

namespace Stele.Client.Calls;

/// <summary>What is asked of a ledger about who governs it, by what rules, and what it runs in.</summary>
internal static class GovernanceCalls
{
    private const string GovernanceVersion = "2024-07-01";
    private const string AllProposals = "/gov/members/proposals";

    public static LedgerCall<Constitution> Constitution(LedgerPipeline ledger) => new(
        NameOf("GetConstitution"), RequestMethod.Get, ledger.Path("/app/governance/constitution").ToString(),
        (json, _) => new Constitution(json.Text("digest"), json.Text("script")));

    public static LedgerPages<ConsortiumMember> Members(LedgerPipeline ledger) => new(
        NameOf("GetMembers"), ledger.Path("/app/governance/members").ToString(), "members",
        json => new ConsortiumMember(json.Text("id"), json.Text("certificate"), status: null));

    public static LedgerPages<ConsortiumMember> ServiceMembers() => new(
        NameOf("GetServiceMembers"), PathOf("/gov/service/members"), "value",
        json => new ConsortiumMember(json.Text("memberId"), json.Text("certificate"), json.Text("status")));

    public static LedgerCall<EnclaveQuotes> Quotes(LedgerPipeline ledger) => new(
        NameOf("GetEnclaveQuotes"), RequestMethod.Get, ledger.Path("/app/enclaveQuotes").ToString(), (json, _) => ReadQuotes(json));

    public static LedgerPages<Proposal> Proposals() => new(NameOf("GetProposals"), PathOf(AllProposals), "value", ReadProposal);

    public static LedgerCall<Proposal> Proposal(string id) => new(
        NameOf("GetProposal"), RequestMethod.Get, PathOf(OneProposal(id)), (json, _) => ReadProposal(json));

    public static LedgerCall<BinaryData> ProposalActions(string id) => new(
        NameOf("GetProposalActions"), RequestMethod.Get, PathOf($"{OneProposal(id)}/actions"), (_, response) => response.Content);

    private static string OneProposal(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return $"{AllProposals}/{LedgerPath.Segment(id)}";
    }

    private static EnclaveQuotes ReadQuotes(JsonElement json) => new(
        json.Text("currentNodeId"),
        json.GetProperty("enclaveQuotes").EnumerateObject().ToDictionary(
            quote => quote.Name, quote => ReadQuote(quote.Value), StringComparer.Ordinal));

    private static EnclaveQuote ReadQuote(JsonElement json) => new(
        json.Text("nodeId"), json.OptionalText("mrenclave"), json.Text("quoteVersion"), Convert.FromHexString(json.Text("raw")));

    private static Proposal ReadProposal(JsonElement json) => new(
        json.Text("proposalId"), json.Text("proposerId"), json.Text("proposalState"), json.GetProperty("ballotCount").GetInt32(),
        json.TryGetProperty("finalVotes", out var votes)
            ? votes.EnumerateObject().ToDictionary(vote => vote.Name, vote => vote.Value.GetBoolean(), StringComparer.Ordinal)
            : null);

    // CCF's endpoints have versions of their own.
    private static string PathOf(string path) => new LedgerPath(GovernanceVersion, path).ToString();

    private static string NameOf(string method) => $"LedgerGovernanceClient.{method}";
}
