using System.Text.Json;
using Stele.Governance.Proposals;
using Stele.Governance.Requests;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;
using static Stele.Governance.Tests.TestConsortium;

namespace Stele.Governance.Tests;

/// <summary>What decisions rest on: it is governance's own, and where it changes meanwhile a decision is not recorded.</summary>
public sealed class RestsOnTests
{
    private static readonly TableName Counter = new("public:app.counter");
    private static readonly TableName Buyers = new("public:confidentialledger.roles.user_roles_definitions.Buyer");
    private readonly TestConsortium _consortium = new(members: 3);

    [Fact]
    public void No_ballot_rests_on_what_others_write()
    {
        _consortium.Run(new Write(Counter));
        var proposal = _consortium.Propose(_consortium.Members[0], Action("trigger_snapshot", new { }));
        var member = _consortium.Members[2];
        var ballot = _consortium.Sign(
            member, RequestType.Ballot,
            JsonSerializer.Serialize(new { ballot = $"export function vote() {{ return ccf.kv['{Counter}'].size >= 0; }}" }), proposal.Id);
        Assert.DoesNotContain(member.Id, Counted(ballot).FinalVotes!.Keys);

        Proposal Counted(SignedRequest request)
        {
            if (_consortium.Deliberate().Vote(request, proposal.Id, member.Id) is Decision.Granted granted)
                _consortium.Run(new RecordDecision(_consortium.Tables, granted));
            _consortium.Vote(_consortium.Members[0], proposal, inFavour: true);
            return _consortium.Vote(_consortium.Members[1], proposal, inFavour: true);
        }
    }

    [Fact]
    public void A_role_that_goes_before_it_is_given_is_not_given()
    {
        _consortium.Run(new Write(Buyers));
        var proposal = _consortium.Propose(
            _consortium.Members[0], Action("set_user_roles", new { user_id = "someone", roles = new[] { "Buyer" } }));
        _consortium.Vote(_consortium.Members[0], proposal, inFavour: true);
        var read = _consortium.Tables;
        var last = _consortium.Members[1];
        var decision = Assert.IsType<Decision.Granted>(
            _consortium.Deliberate().Vote(_consortium.Ballot(last, proposal, inFavour: true), proposal.Id, last.Id));
        Assert.Equal(ProposalState.Accepted, decision.Proposal!.State);
        _consortium.Run(new Write(Buyers, removes: true));
        Assert.False(_consortium.Run(new RecordDecision(read, decision)));
    }

    [Fact]
    public void What_was_proposed_already_is_told_so_before_a_script_runs()
    {
        // Under this constitution a second validation would refuse it otherwise.
        const string once = """
            export function validate(input) {
              return { valid: ccf.kv['public:ccf.gov.proposals'].size === 0, description: 'there is one' };
            }
            export function resolve() { return 'Open'; }
            export function apply() {}
            """;
        var consortium = new TestConsortium(1, once);
        var request = consortium.Sign(consortium.Members[0], RequestType.Proposal, "{}");
        consortium.Granted(consortium.Deliberate().Propose(request));
        Assert.Equal(RefusalCode.ProposalReplay, Refused(consortium.Deliberate().Propose(request)).Code);
    }

    [Fact]
    public void An_acknowledgement_that_somebody_found_on_the_ledger_changes_nothing()
    {
        var member = _consortium.Members[0];
        var told = Tell();
        var ack = _consortium.Sign(member, RequestType.Ack, JsonSerializer.Serialize(new { stateDigest = told }));
        Assert.False(Acknowledge().Writes.IsEmpty);
        var again = Acknowledge();
        Assert.True(again.Writes.IsEmpty);
        Assert.Equal(told, again.StateDigest);
        // A state that was told anew is acknowledged anew.
        told = Tell();
        ack = _consortium.Sign(member, RequestType.Ack, JsonSerializer.Serialize(new { stateDigest = told }));
        Assert.False(Acknowledge().Writes.IsEmpty);

        string Tell() => _consortium.Granted(_consortium.Deliberate()
            .UpdateStateDigest(_consortium.Sign(member, RequestType.StateDigest, ""), member.Id)).StateDigest!;
        Decision.Granted Acknowledge() =>
            _consortium.Granted(_consortium.Deliberate().Acknowledge(ack, member.Id, isTaken: true));
    }

    [Fact]
    public void Who_asks_for_the_state_has_signed_so_within_the_hour()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);
        var member = _consortium.Members[0];
        Assert.Contains("more than an hour", Refused(Ask(1_900_000_000 - 3_601)).Message, StringComparison.Ordinal);
        Assert.Contains("ahead", Refused(Ask(1_900_000_031)).Message, StringComparison.Ordinal);
        Assert.IsType<Decision.Granted>(Ask(1_900_000_000 - 3_600));

        Decision Ask(long at) => _consortium.Deliberate()
            .UpdateStateDigest(_consortium.Sign(member, RequestType.StateDigest, "", at: at), member.Id, now);
    }

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(0, 0)]
    [InlineData(7, 7)]
    [InlineData(30, 30)]
    [InlineData(31, 0)]
    public void What_is_dated_ahead_waits_until_then(int ahead, int waits)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);
        var request = _consortium.Sign(_consortium.Members[0], RequestType.Proposal, "{}", at: 1_900_000_000 + ahead);
        Assert.Equal(TimeSpan.FromSeconds(waits), Deliberation.WaitOf(request, now));
    }

    private sealed class Write(TableName table, bool removes = false) : ICommand<bool>
    {
        public bool Execute(Transaction transaction)
        {
            if (removes) transaction.Remove(table, "\"buy\""u8.ToArray());
            else transaction.Put(table, "\"buy\""u8.ToArray(), "true"u8.ToArray());
            return true;
        }
    }
}
