using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Stele.Cli.Audit;
using Stele.Cryptography.Cose;
using Stele.Governance.Audit;
using Stele.Governance.Proposals;
using Stele.Governance.Requests;
using Stele.Ledger.Entries;

namespace Stele.Cli.Tests;

/// <summary>What an audit of governance says of each transaction.</summary>
public sealed class GovernanceEventTextTests
{
    private static readonly TransactionId Id = new(new View(2), new SeqNo(9));

    [Fact]
    public void A_proposal_is_told_with_its_arguments_short_and_in_json_whole()
    {
        var constitution = new string('x', 500);
        var member = new string('a', 64);
        var decided = Decided(RequestType.Proposal, JsonSerializer.Serialize(new
        {
            actions = new object[]
            {
                new { name = "remove_member", args = new { member_id = member } },
                new { name = "set_constitution", args = new { constitution } },
                new { name = "trigger_snapshot" },
            },
        }), new Proposal("p", "m", ProposalState.Open));
        var text = GovernanceEventText.Of(decided);
        Assert.Contains(
            $"proposed p (remove_member member_id={member}, set_constitution constitution=xxx", text, StringComparison.Ordinal);
        Assert.Contains("… (500 characters), trigger_snapshot): Open, ballots so far: 0", text, StringComparison.Ordinal);
        var args = Json(decided).GetProperty("actions")[1].GetProperty("args");
        Assert.Equal(constitution, args.GetProperty("constitution").GetString());
    }

    [Theory]
    [InlineData("export function vote (proposal, proposerId) { return true; }", "voted for p")]
    [InlineData("export function vote(rawProposal, proposerId)\n{ return false }\n", "voted against p")]
    [InlineData("export function vote (proposal) { return true && proposal.length > 9; }", "voted by a script on p")]
    public void How_a_member_voted_is_told_while_it_is_open(string ballot, string expected)
    {
        var decided = Decided(RequestType.Ballot, "{}", new Proposal("p", "m", ProposalState.Open)) with { Ballot = ballot };
        Assert.Contains(expected, GovernanceEventText.Of(decided), StringComparison.Ordinal);
        Assert.Equal(ballot, Json(decided).GetProperty("ballot").GetString());
    }

    [Fact]
    public void Ballots_that_failed_and_what_failed_are_told()
    {
        var decided = Decided(RequestType.Ballot, "{}", new Proposal("p", "m", ProposalState.Failed)
        {
            FinalVotes = ImmutableSortedDictionary<string, bool>.Empty.Add("a", true),
            VoteFailures = ImmutableSortedDictionary<string, ScriptFailure>.Empty.Add("b", new("no such name", "line 1")),
            Failure = new("no such node", null),
        });
        Assert.Contains(
            "Failed, 1 for, 0 against; the ballot of b failed: no such name; no such node", GovernanceEventText.Of(decided),
            StringComparison.Ordinal);
        var json = Json(decided);
        Assert.Equal("no such name", json.GetProperty("voteFailures").GetProperty("b").GetProperty("reason").GetString());
        Assert.Equal("no such node", json.GetProperty("failure").GetProperty("reason").GetString());
        Assert.True(json.GetProperty("finalVotes").GetProperty("a").GetBoolean());
    }

    [Fact]
    public void Users_and_roles_that_no_request_explains_are_told()
    {
        var written = new GovernanceEvent.WrittenByService(Id, [TableNames.NodesInfo],
        [
            new(TableNames.UserRoles, "\"someone\"", """["Reader"]""", """["Administrator"]"""),
            new(TableNames.UserRoles, "no json", "no json", null),
            new(new TableName("public:confidentialledger.roles.user_roles_definitions.auditor"), "\"/content/read\"", null, "true"),
        ]);
        var text = GovernanceEventText.Of(written);
        Assert.Equal(
            $"{Id}\twithout a proposal, as may be: public:ccf.gov.nodes.info; without a proposal, told and not judged: "
            + "user someone: Reader → Administrator; user no json: no json → none; role auditor: now /content/read", text);
        Assert.Equal(3, Json(written).GetProperty("rights").GetArrayLength());
    }

    private static GovernanceEvent.Decided Decided(RequestType type, string proposal, Proposal after)
    {
        using var json = JsonDocument.Parse(proposal);
        var actions = json.RootElement.TryGetProperty("actions", out var list)
            ? list.EnumerateArray().Select(one => new ProposedAction(one.GetProperty("name").GetString()!, one.Clone())).ToList()
            : [];
        return new(Id, new RequestHeader(CoseAlgorithm.ES384, "m", type, 1_800_000_000, null), "no certificate", after, actions);
    }

    private static JsonElement Json(GovernanceEvent done)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) GovernanceEventText.Write(writer, done);
        return JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
