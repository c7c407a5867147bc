using System.Text;
using System.Text.Json;
using Stele.Governance.Audit;
using Stele.Governance.Constitution;
using Stele.Governance.Members;
using Stele.Governance.Proposals;
using Stele.Governance.Requests;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;
using static Stele.Governance.Tests.TestConsortium;

namespace Stele.Governance.Tests;

/// <summary>An auditor decides again what was decided, and finds what a service did on its own.</summary>
public sealed class GovernanceReplayTests
{
    private static readonly string LetSomeoneRead = Action("set_user_roles", new { user_id = "someone", roles = new[] { "Reader" } });
    private static readonly string SetThreshold = Action("set_recovery_threshold", new { recovery_threshold = 1 });
    private readonly TestConsortium _consortium = new(members: 3);

    private TestMember First => _consortium.Members[0];

    private TestMember Second => _consortium.Members[1];

    private TestMember Third => _consortium.Members[2];

    [Fact]
    public void What_members_decided_is_explained()
    {
        using var newcomer = new TestMember("newcomer");
        Accept(Action("set_member", new { cert = newcomer.Pem }));
        Acknowledge(newcomer);
        var malicious = _consortium.Propose(newcomer, Action("remove_member", new { member_id = First.Id }));
        _consortium.Vote(First, malicious, inFavour: false);
        _consortium.Vote(Second, malicious, inFavour: false);
        Accept(Action("set_constitution", new
        {
            constitution = DefaultConstitution.Script.Replace("inFavour * 2 > active", "inFavour * 3 > active", StringComparison.Ordinal),
        }));
        // Two race; the member who voted on one is removed by the other.
        var vote = _consortium.Propose(newcomer, SetThreshold);
        var removal = _consortium.Propose(First, Action("remove_member", new { member_id = newcomer.Id }));
        _consortium.Vote(newcomer, vote, inFavour: true);
        _consortium.Vote(First, removal, inFavour: true);
        _consortium.Vote(Second, removal, inFavour: true);
        _consortium.Vote(First, vote, inFavour: true);
        _consortium.Vote(Third, vote, inFavour: true);
        var regretted = _consortium.Propose(First, LetSomeoneRead);
        _consortium.Granted(_consortium.Deliberate().Withdraw(
            _consortium.Sign(First, RequestType.Withdrawal, "", regretted.Id), regretted.Id));
        var rekey = _consortium.Propose(First, Action("assert_service_identity", new { service_identity = First.Pem }));
        _consortium.Vote(First, rekey, inFavour: true);
        _consortium.Vote(Second, rekey, inFavour: true);

        var events = Replay();
        Assert.DoesNotContain(events, one => one is GovernanceEvent.Unexplained);
        Assert.IsType<GovernanceEvent.ServiceBegan>(events[0]);
        var states = events.OfType<GovernanceEvent.Decided>().GroupBy(one => one.Proposal?.Id, one => one.Proposal?.State)
            .ToDictionary(one => one.Key ?? "", one => one.Last());
        Assert.Equal(ProposalState.Rejected, states[malicious.Id]);
        Assert.Equal(ProposalState.Accepted, states[vote.Id]);
        Assert.Equal(ProposalState.Withdrawn, states[regretted.Id]);
        Assert.Equal(ProposalState.Failed, states[rekey.Id]);
        var counted = events.OfType<GovernanceEvent.Decided>().Last(one => one.Proposal?.Id == vote.Id);
        Assert.Equal(["set_recovery_threshold"], counted.Actions.Select(action => action.Name));
        Assert.DoesNotContain(newcomer.Id, counted.Proposal!.FinalVotes!.Keys);
    }

    [Fact]
    public void What_no_member_signed_is_found() => AssertFound(
        writes => writes.Put(TableNames.MembersCerts, Key(Second.Id), Encoding.UTF8.GetBytes(First.Pem)), "members.certs");

    [Fact]
    public void A_changed_constitution_is_found() => AssertFound(
        writes => writes.Put(TableNames.Constitution, TableNames.SingleKey, "\"export const a = 1\""u8.ToArray()), "constitution");

    [Fact]
    public void A_forgotten_member_is_found() =>
        AssertFound(writes => writes.Remove(TableNames.MembersInfo, Key(Second.Id)), "members.info");

    [Fact]
    public void A_state_that_never_was_is_found() => AssertFound(
        writes => writes.Put(GovernanceTables.MemberAcks, Key(Second.Id), """{"state_digest":"00"}"""u8.ToArray()), "never had");

    [Fact]
    public void Another_service_identity_is_found() => AssertFound(
        writes => writes.Put(TableNames.ServiceInfo, TableNames.SingleKey, """{"cert":"other","status":"Open"}"""u8.ToArray()), "identity");

    [Fact]
    public void Keys_of_an_issuer_that_members_did_not_leave_to_the_service_are_found()
    {
        var row = """[{"issuer":"https://issuer","public_key":"MAA="}]"""u8.ToArray();
        AssertFound(writes => writes.Put(GovernanceTables.JwtKeys, "a"u8.ToArray(), row), "issuer publishes");
        var refreshed = new WriteSet();
        refreshed.Put(new TableName("public:ccf.gov.jwt.issuers"), "https://issuer"u8.ToArray(), """{"auto_refresh":true}"""u8.ToArray());
        _consortium.Run(new Lie(refreshed));
        var keys = new WriteSet();
        keys.Put(GovernanceTables.JwtKeys, "b"u8.ToArray(), row);
        _consortium.Run(new Lie(keys));
        Assert.IsType<GovernanceEvent.WrittenByService>(Replay()[^1]);
    }

    [Fact]
    public void A_ballot_by_another_key_is_found()
    {
        using var service = new TestMember("service");
        var proposal = _consortium.Propose(First, LetSomeoneRead);
        var honest = Granted(_consortium.Deliberate().Vote(_consortium.Ballot(Second, proposal, inFavour: true), proposal.Id, Second.Id));
        var forged = RequestSigning.Sign(
            service.Key, Second.Certificate, RequestType.Ballot, DateTimeOffset.UnixEpoch, proposal.Id, """{"vote":true}"""u8);
        AssertFound(Instead(honest, Second, forged), "not signed by a member");
    }

    [Fact]
    public void A_ballot_for_another_proposal_is_found()
    {
        var harmless = _consortium.Propose(First, SetThreshold);
        var harmful = _consortium.Propose(Third, Action("remove_member", new { member_id = First.Id }));
        var signed = _consortium.Ballot(Second, harmless, inFavour: true);
        var honest = Granted(_consortium.Deliberate().Vote(_consortium.Ballot(Second, harmful, inFavour: true), harmful.Id, Second.Id));
        AssertFound(Instead(honest, Second, signed.Bytes), "proposals_info");
    }

    [Fact]
    public void A_rewritten_request_is_found()
    {
        var request = _consortium.Sign(First, RequestType.Proposal, LetSomeoneRead);
        var honest = Granted(_consortium.Deliberate().Propose(request));
        var other = request.Bytes.ToArray();
        other[request.Bytes.Span.IndexOf("Reader"u8)]++;
        AssertFound(Instead(honest, First, other), "not signed by a member");
    }

    [Fact]
    public void A_rewritten_proposal_is_found()
    {
        var honest = Granted(_consortium.Deliberate().Propose(_consortium.Sign(First, RequestType.Proposal, LetSomeoneRead)));
        var id = Encoding.UTF8.GetString(honest.Find(GovernanceTables.Proposals)!.Writes[0].Key.Span);
        honest.Put(GovernanceTables.Proposals, Key(id), Encoding.UTF8.GetBytes(SetThreshold));
        AssertFound(honest, "proposals, row");
    }

    [Fact]
    public void Another_outcome_than_the_ballots_give_is_found()
    {
        var proposal = _consortium.Propose(First, LetSomeoneRead);
        _consortium.Vote(First, proposal, inFavour: false);
        var against = _consortium.Ballot(Second, proposal, inFavour: false);
        var inFavour = _consortium.Ballot(Second, proposal, inFavour: true);
        var wished = Granted(_consortium.Deliberate().Vote(inFavour, proposal.Id, Second.Id));
        wished.Put(
            GovernanceTables.ProposalsInfo, Key(proposal.Id),
            (proposal with { State = ProposalState.Accepted }).ToRow());
        AssertFound(Instead(wished, Second, against.Bytes), "proposals_info");
    }

    [Fact]
    public void A_request_of_who_is_not_active_is_found()
    {
        using var newcomer = new TestMember("newcomer");
        Accept(Action("set_member", new { cert = newcomer.Pem }));
        var honest = Granted(_consortium.Deliberate().Propose(_consortium.Sign(First, RequestType.Proposal, LetSomeoneRead)));
        var signed = _consortium.Sign(newcomer, RequestType.Proposal, LetSomeoneRead);
        AssertFound(Instead(honest, First, signed.Bytes), "as another member's");
        AssertFound(Instead(honest, newcomer, signed.Bytes), "");
    }

    [Fact]
    public void An_acknowledgement_that_the_member_did_not_sign_is_found()
    {
        using var newcomer = new TestMember("newcomer");
        Accept(Action("set_member", new { cert = newcomer.Pem }));
        var told = MemberTable.StateDigest(_consortium.Tables, newcomer.Id);
        var forged = RequestSigning.Sign(
            First.Key, newcomer.Certificate, RequestType.Ack, DateTimeOffset.UnixEpoch, null,
            Encoding.UTF8.GetBytes($$"""{"stateDigest":"{{told}}"}"""));
        AssertFound(writes =>
        {
            writes.Put(GovernanceTables.MemberAcks, Key(newcomer.Id), JsonSerializer.SerializeToUtf8Bytes(
                new Dictionary<string, string> { ["cose_sign1_req"] = Convert.ToBase64String(forged), ["state_digest"] = told! }));
            writes.Put(TableNames.MembersInfo, Key(newcomer.Id), """{"status":"Active"}"""u8.ToArray());
        }, "not signed by a member");
    }

    private static byte[] Key(string id) => Encoding.UTF8.GetBytes(id);

    private static WriteSet Granted(Decision decision) => Assert.IsType<Decision.Granted>(decision).Writes;

    private static WriteSet Instead(WriteSet honest, TestMember of, ReadOnlyMemory<byte> request)
    {
        var lie = new WriteSet();
        foreach (var table in honest.Tables.Where(table => table.Name != GovernanceTables.CoseHistory))
        {
            foreach (var row in table.Writes) lie.Put(table.Name, row.Key, row.Value!.Value);
        }
        lie.Put(GovernanceTables.CoseHistory, Key(of.Id), Encoding.UTF8.GetBytes($"\"{Convert.ToBase64String(request.Span)}\""));
        return lie;
    }

    private void Accept(string text)
    {
        var proposal = _consortium.Propose(First, text);
        _consortium.Vote(First, proposal, inFavour: true);
        if (_consortium.Vote(Second, proposal, inFavour: true).State == ProposalState.Open)
            _consortium.Vote(Third, proposal, inFavour: true);
        Assert.Equal(ProposalState.Accepted, ProposalTable.Find(_consortium.Tables, proposal.Id)!.State);
    }

    private void Acknowledge(TestMember member)
    {
        var told = _consortium.Granted(_consortium.Deliberate()
            .UpdateStateDigest(_consortium.Sign(member, RequestType.StateDigest, ""), member.Id)).StateDigest;
        var ack = _consortium.Sign(member, RequestType.Ack, JsonSerializer.Serialize(new { stateDigest = told }));
        _consortium.Granted(_consortium.Deliberate().Acknowledge(ack, member.Id));
    }

    private void AssertFound(Action<WriteSet> lie, string reason)
    {
        var writes = new WriteSet();
        lie(writes);
        AssertFound(writes, reason);
    }

    private void AssertFound(WriteSet lie, string reason)
    {
        _consortium.Run(new Lie(lie));
        var found = Assert.IsType<GovernanceEvent.Unexplained>(Replay()[^1]);
        Assert.Equal(_consortium.History[^1].Id, found.Id);
        Assert.True(found.Reason.Contains(reason, StringComparison.Ordinal), found.Reason);
    }

    private List<GovernanceEvent> Replay()
    {
        var replay = new GovernanceReplay(TimeProvider.System, TestContext.Current.CancellationToken);
        return
        [
            .. _consortium.History
                .Select(entry => replay.Accept(entry.Id, entry.Writes, RootAfter(entry.Id.SeqNo.Value - 1)))
                .OfType<GovernanceEvent>(),
        ];
    }

    // Whoever runs the service can have it write, and sign, anything.
    private sealed class Lie(WriteSet writes) : ICommand<bool>
    {
        public bool Execute(Transaction transaction)
        {
            foreach (var table in writes.Tables)
            {
                foreach (var row in table.Writes)
                {
                    if (row.Value is { } value) transaction.Put(table.Name, row.Key, value);
                    else transaction.Remove(table.Name, row.Key);
                }
            }
            return true;
        }
    }
}
