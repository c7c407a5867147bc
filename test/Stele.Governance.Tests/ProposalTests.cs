using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Stele.Cryptography;
using Stele.Governance.Members;
using Stele.Governance.Proposals;
using Stele.Governance.Requests;
using Stele.Governance.Users;
using Stele.Ledger.Entries;
using static Stele.Governance.Tests.TestConsortium;

namespace Stele.Governance.Tests;

/// <summary>Proposals from their making to what becomes of them, under the default constitution.</summary>
public sealed class ProposalTests
{
    private static readonly string LetSomeoneRead = Action("set_user_roles", new { user_id = "someone", roles = new[] { "Reader" } });
    private static readonly string SetThreshold = Action("set_recovery_threshold", new { recovery_threshold = 1 });
    private readonly TestConsortium _consortium = new(members: 3);

    [Fact]
    public void A_member_is_added_by_a_majority_and_active_when_it_has_acknowledged_the_state()
    {
        using var newcomer = new TestMember("newcomer");
        var proposal = _consortium.Propose(_consortium.Members[0], Action("set_member", new { cert = newcomer.Pem }));
        Assert.Equal(ProposalState.Open, proposal.State);
        Assert.Equal(ProposalState.Open, _consortium.Vote(_consortium.Members[0], proposal, inFavour: true).State);
        var accepted = _consortium.Vote(_consortium.Members[2], proposal, inFavour: true);
        Assert.Equal(ProposalState.Accepted, accepted.State);
        Assert.Equal(2, accepted.FinalVotes!.Count);
        Assert.Equal(MemberStatus.Accepted, MemberTable.Find(_consortium.Tables, newcomer.Id)!.Status);

        var tooEarly = _consortium.Deliberate().Propose(_consortium.Sign(newcomer, RequestType.Proposal, SetThreshold));
        Assert.Equal(RefusalCode.InvalidAuthenticationInfo, Refused(tooEarly).Code);

        var told = _consortium.Granted(_consortium.Deliberate()
            .UpdateStateDigest(_consortium.Sign(newcomer, RequestType.StateDigest, ""), newcomer.Id)).StateDigest!;
        var wrong = _consortium.Sign(newcomer, RequestType.Ack, """{"stateDigest":"00"}""");
        Assert.Equal(RefusalCode.StateDigestMismatch, Refused(_consortium.Deliberate().Acknowledge(wrong, newcomer.Id)).Code);
        var ack = _consortium.Sign(newcomer, RequestType.Ack, JsonSerializer.Serialize(new { stateDigest = told }));
        _consortium.Granted(_consortium.Deliberate().Acknowledge(ack, newcomer.Id));
        Assert.Equal(MemberStatus.Active, MemberTable.Find(_consortium.Tables, newcomer.Id)!.Status);
        Assert.Equal(told, MemberTable.StateDigest(_consortium.Tables, newcomer.Id));
    }

    [Fact]
    public void A_malicious_proposal_is_voted_down()
    {
        var proposal = _consortium.Propose(
            _consortium.Members[0], Action("remove_member", new { member_id = _consortium.Members[1].Id }));
        _consortium.Vote(_consortium.Members[1], proposal, inFavour: false);
        Assert.Equal(ProposalState.Rejected, _consortium.Vote(_consortium.Members[2], proposal, inFavour: false).State);
        Assert.Equal(3, MemberTable.List(_consortium.Tables).Count());
        Assert.Equal(RefusalCode.ProposalNotOpen, Refused(_consortium.Deliberate()
            .Vote(_consortium.Ballot(_consortium.Members[0], proposal, inFavour: true), proposal.Id, _consortium.Members[0].Id)).Code);
    }

    [Fact]
    public void A_member_who_is_removed_in_the_middle_of_a_vote_has_no_vote_any_more()
    {
        var vote = _consortium.Propose(_consortium.Members[2], SetThreshold);
        _consortium.Vote(_consortium.Members[2], vote, inFavour: true);
        Accept(Action("remove_member", new { member_id = _consortium.Members[2].Id }));
        // Two are left, and the one who voted is not among them: one of two is no majority.
        Assert.Equal(ProposalState.Open, _consortium.Vote(_consortium.Members[0], vote, inFavour: true).State);
        var accepted = _consortium.Vote(_consortium.Members[1], vote, inFavour: true);
        Assert.Equal(ProposalState.Accepted, accepted.State);
        Assert.DoesNotContain(_consortium.Members[2].Id, accepted.FinalVotes!.Keys);
        Assert.Equal(RefusalCode.InvalidAuthenticationInfo, Refused(_consortium.Deliberate()
            .Propose(_consortium.Sign(_consortium.Members[2], RequestType.Proposal, Action("trigger_snapshot", new { })))).Code);
    }

    [Fact]
    public void Of_a_proposal_that_cannot_be_done_nothing_is_done()
    {
        var twice = JsonSerializer.Serialize(new
        {
            actions = new object[]
            {
                new { name = "set_user_roles", args = new { user_id = "someone", roles = new[] { "Reader" } } },
                new { name = "set_member_data", args = new { member_id = new string('a', 64), member_data = new { } } },
            },
        });
        var failed = Accept(twice);
        Assert.Equal(ProposalState.Failed, failed.State);
        Assert.StartsWith("Error: there is no such member", failed.Failure!.Reason, StringComparison.Ordinal);
        Assert.Null(UserTable.Find(_consortium.Tables, User("someone")));
        Assert.Equal(failed.Failure, ProposalTable.Find(_consortium.Tables, failed.Id)!.Failure);
    }

    [Fact]
    public void A_member_s_keys_are_such_as_members_need()
    {
        using var newcomer = new TestMember("newcomer");
        using var weak = RSA.Create(1024);
        var keys = new[] { weak.ExportSubjectPublicKeyInfoPem(), "no key" };
        foreach (var key in keys)
        {
            var refused = Accept(Action("set_member", new { cert = newcomer.Pem, encryption_pub_key = key }));
            Assert.Equal(ProposalState.Failed, refused.State);
            Assert.Null(MemberTable.Find(_consortium.Tables, newcomer.Id));
        }
        using var strong = RSA.Create(2048);
        var pem = strong.ExportSubjectPublicKeyInfoPem();
        Accept(Action("set_member", new { cert = newcomer.Pem, encryption_pub_key = pem, recovery_role = "Participant" }));
        var member = MemberTable.Find(_consortium.Tables, newcomer.Id)!;
        Assert.Equal((pem, "Participant"), (member.EncryptionKey, member.RecoveryRole));
    }

    [Fact]
    public void A_new_constitution_is_in_force_at_once_and_drops_what_was_proposed_under_the_old_one()
    {
        var other = _consortium.Propose(_consortium.Members[1], LetSomeoneRead);
        const string autocratic = """
            export function validate() { return { valid: true, description: '' }; }
            export function resolve() { return 'Accepted'; }
            export function apply(text) {
              const { key, value } = JSON.parse(text);
              ccf.kv['public:ccf.gov.test'].set(ccf.strToBuf(key), ccf.strToBuf(value));
            }
            """;
        Assert.Equal(ProposalState.Accepted, Accept(Action("set_constitution", new { constitution = autocratic })).State);
        Assert.Equal(ProposalState.Dropped, ProposalTable.Find(_consortium.Tables, other.Id)!.State);
        Assert.Equal(ProposalState.Accepted, _consortium.Propose(_consortium.Members[2], """{"key":"k","value":"v"}""").State);
        Assert.True(_consortium.Tables.TryGet(new TableName("public:ccf.gov.test"), "k"u8.ToArray(), out var value));
        Assert.Equal("v"u8, value.Span);
    }

    [Theory]
    [InlineData("export function validate() {", "line 1")]
    [InlineData("export function validate() {}\nexport function resolve() {}", "'apply'")]
    [InlineData("import x from 'y';", "y")]
    [InlineData("export async function validate() {} export function resolve() {} export function apply() {}", "returns a promise")]
    [InlineData("export function validate() { return true; } export const resolve = async () => 'Open', apply = () => 1;", "'resolve'")]
    [InlineData("export function validate() { return true; } export function resolve() {} export function* apply() {}", "'apply'")]
    [InlineData("export function validate() {} export function resolve() {} export function apply() {}", "'validate' says neither")]
    public void A_constitution_that_cannot_be_taken_is_refused_when_it_is_proposed(string script, string why)
    {
        var refusal = Refused(_consortium.Deliberate().Propose(_consortium.Sign(
            _consortium.Members[0], RequestType.Proposal, Action("set_constitution", new { constitution = script }))));
        Assert.Equal(RefusalCode.ProposalFailedToValidate, refusal.Code);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_its_proposer_withdraws_a_proposal()
    {
        var proposal = _consortium.Propose(_consortium.Members[0], SetThreshold);
        var another = _consortium.Sign(_consortium.Members[1], RequestType.Withdrawal, "", proposal.Id);
        Assert.Equal(RefusalCode.AuthorizationFailed, Refused(_consortium.Deliberate().Withdraw(another, proposal.Id)).Code);
        var own = _consortium.Sign(_consortium.Members[0], RequestType.Withdrawal, "", proposal.Id);
        Assert.Equal(ProposalState.Withdrawn, _consortium.Granted(_consortium.Deliberate().Withdraw(own, proposal.Id)).Proposal!.State);
    }

    [Fact]
    public void A_vote_is_final_and_may_be_repeated()
    {
        var proposal = _consortium.Propose(_consortium.Members[0], SetThreshold);
        var member = _consortium.Members[1];
        _consortium.Vote(member, proposal, inFavour: true);
        Assert.Single(_consortium.Vote(member, proposal, inFavour: true).Ballots);
        Assert.Equal(RefusalCode.VoteAlreadyExists, Refused(_consortium.Deliberate()
            .Vote(_consortium.Ballot(member, proposal, inFavour: false), proposal.Id, member.Id)).Code);
    }

    [Fact]
    public void A_ballot_is_a_script_that_sees_the_proposal_and_the_tables()
    {
        var proposal = _consortium.Propose(_consortium.Members[0], LetSomeoneRead);
        const string script = """
            export function vote(proposal, proposerId) {
              return JSON.parse(proposal).actions[0].args.roles[0] === 'Reader'
                && ccf.kv['public:ccf.gov.members.info'].has(ccf.strToBuf(proposerId));
            }
            """;
        foreach (var member in _consortium.Members.Take(2))
        {
            var ballot = _consortium.Sign(member, RequestType.Ballot, JsonSerializer.Serialize(new { ballot = script }), proposal.Id);
            proposal = _consortium.Granted(_consortium.Deliberate().Vote(ballot, proposal.Id, member.Id)).Proposal!;
        }
        Assert.Equal(ProposalState.Accepted, proposal.State);
        Assert.Equal(Role.Reader, UserTable.Find(_consortium.Tables, User("someone"))!.Highest);
    }

    // Half a surrogate pair, in a name and in a value.
    [Theory]
    [InlineData("""{"\ud800aaaaaaaaaaaa":1}""")]
    [InlineData("""{"ballot":"\ud800","share":"\ud800","stateDigest":"\ud800"}""")]
    [InlineData("""{"actions":[{"name":"\ud800","args":{}}]}""")]
    [InlineData("""{"actions":[{"name":"set_node_data","args":{"node_data":["\udc00\ud800"]}}]}""")]
    public void A_body_that_is_no_text_holds_nothing(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.Null(RequestBodies.TextOf(bytes));
        Assert.Null(RequestBodies.Read(bytes, out _));
        Assert.Null(RequestBodies.ReadShare(bytes));
        Assert.Null(RequestBodies.ReadStateDigest(bytes));
    }

    [Fact]
    public void A_proposal_with_half_a_surrogate_pair_is_refused()
    {
        Assert.Equal(RefusalCode.InvalidInput, Refused(Propose("\\ud800")).Code);
        Assert.IsType<Decision.Granted>(Propose("\\ud83d\\ude00"));

        Decision Propose(string text) => _consortium.Deliberate().Propose(_consortium.Sign(
            _consortium.Members[0], RequestType.Proposal,
            $$$"""{"actions":[{"name":"set_user_roles","args":{"user_id":"{{{text}}}","roles":["Reader"]}}]}"""));
    }

    [Fact]
    public void One_encryption_key_is_taken_from_one_member()
    {
        using var key = RSA.Create(2048);
        using var first = new TestMember("first");
        using var second = new TestMember("second");
        Assert.Equal(ProposalState.Accepted, Set(first, key.ExportSubjectPublicKeyInfoPem()).State);
        // The same key, written otherwise.
        var again = Set(second, key.ExportSubjectPublicKeyInfoPem().ReplaceLineEndings("\r\n"));
        Assert.Equal(ProposalState.Failed, again.State);
        Assert.Contains("the same encryption key", again.Failure!.Reason, StringComparison.Ordinal);
        Assert.Null(MemberTable.Find(_consortium.Tables, second.Id));

        Proposal Set(TestMember member, string pem)
        {
            var proposal = _consortium.Propose(
                _consortium.Members[0],
                Action("set_member", new { cert = member.Pem, encryption_pub_key = pem, recovery_role = "Participant" }));
            _consortium.Vote(_consortium.Members[0], proposal, inFavour: true);
            return _consortium.Vote(_consortium.Members[1], proposal, inFavour: true);
        }
    }

    [Fact]
    public void A_ballot_that_fails_is_no_vote_and_one_that_does_not_compile_is_refused()
    {
        var proposal = _consortium.Propose(_consortium.Members[0], SetThreshold);
        SignedRequest Ballot(int member, string script) => _consortium.Sign(
            _consortium.Members[member], RequestType.Ballot, JsonSerializer.Serialize(new { ballot = script }), proposal.Id);
        Decision Vote(int member, string script) =>
            _consortium.Deliberate().Vote(Ballot(member, script), proposal.Id, _consortium.Members[member].Id);
        Assert.Contains("line 1", Refused(Vote(0, "export function vote() {")).Message, StringComparison.Ordinal);
        _consortium.Granted(Vote(0, "export function vote() { ccf.kv['public:ccf.gov.x'].set(ccf.strToBuf('a'), ccf.strToBuf('b')); }"));
        _consortium.Granted(Vote(1, "export function vote() { while (true); }"));
        var decided = _consortium.Granted(Vote(2, "export function vote() { return 1; }")).Proposal!;
        Assert.Equal(ProposalState.Open, decided.State);
        Assert.Equal(3, decided.Ballots.Count);
    }

    // Fails only when it is counted again, behind a later vote.
    [Theory]
    [InlineData("throw new Error('\\ud800');")]
    [InlineData("Object.prototype.toJSON = () => 5; throw new Error('no');")]
    [InlineData("Object.prototype.toJSON = () => ({ message: 7 }); throw new Error('no');")]
    public void No_ballot_stops_the_count(string harm)
    {
        var proposal = _consortium.Propose(_consortium.Members[0], LetSomeoneRead);
        var member = _consortium.Members[2];
        var ballot = $"export function vote() {{ if (ccf.bufToStr(ccf.kv['public:ccf.gov.proposals_info'].get("
            + $"ccf.strToBuf('{proposal.Id}'))).includes('{member.Id}')) {{ {harm} }} return false; }}";
        var request = _consortium.Sign(member, RequestType.Ballot, JsonSerializer.Serialize(new { ballot }), proposal.Id);
        _consortium.Granted(_consortium.Deliberate().Vote(request, proposal.Id, member.Id));
        _consortium.Vote(_consortium.Members[0], proposal, inFavour: true);
        var accepted = _consortium.Vote(_consortium.Members[1], proposal, inFavour: true);
        Assert.Equal(ProposalState.Accepted, accepted.State);
        Assert.StartsWith("Error: ", accepted.VoteFailures![member.Id].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ballot_that_is_a_promise_is_no_vote()
    {
        var proposal = _consortium.Propose(_consortium.Members[0], LetSomeoneRead);
        var member = _consortium.Members[0];
        var request = _consortium.Sign(
            member, RequestType.Ballot, """{"ballot":"export async function vote() { return true; }"}""", proposal.Id);
        _consortium.Granted(_consortium.Deliberate().Vote(request, proposal.Id, member.Id));
        _consortium.Vote(_consortium.Members[1], proposal, inFavour: true);
        var accepted = _consortium.Vote(_consortium.Members[2], proposal, inFavour: true);
        Assert.DoesNotContain(member.Id, accepted.FinalVotes!.Keys);
        Assert.Contains("promise", accepted.VoteFailures![member.Id].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proposal_is_made_once()
    {
        var text = SetThreshold;
        var request = _consortium.Sign(_consortium.Members[0], RequestType.Proposal, text, at: 1_900_000_000);
        _consortium.Granted(_consortium.Deliberate().Propose(request));
        Assert.Equal(RefusalCode.ProposalReplay, Refused(_consortium.Deliberate().Propose(request)).Code);
        Assert.Equal(RefusalCode.ProposalReplay, Refused(_consortium.Deliberate().Propose(SignedRequestTests.Twin(request))).Code);
        var old = _consortium.Sign(_consortium.Members[0], RequestType.Proposal, text, at: 1_899_999_999);
        Assert.Equal(RefusalCode.ProposalCreatedTooLongAgo, Refused(_consortium.Deliberate().Propose(old)).Code);
        var fresh = _consortium.Sign(_consortium.Members[0], RequestType.Proposal, text, at: 1_900_000_000);
        _consortium.Granted(_consortium.Deliberate().Propose(fresh));
    }

    [Fact]
    public void One_that_was_forgotten_in_its_own_second_is_not_made_again()
    {
        var configured = _consortium.Propose(
            _consortium.Members[0], Action("set_service_configuration", new { recent_cose_proposals_window_size = 4 }));
        _consortium.Vote(_consortium.Members[0], configured, inFavour: true);
        Assert.Equal(ProposalState.Accepted, _consortium.Vote(_consortium.Members[1], configured, inFavour: true).State);
        // Four of one second; whichever of them goes first when four later ones come, none of them is taken again.
        var second = Enumerable.Range(0, 4).Select(_ => Signed(0, 1_900_000_000)).ToList();
        var before = Signed(2, 1_900_000_001);
        foreach (var request in second) _consortium.Granted(_consortium.Deliberate().Propose(request));
        Assert.Equal(RefusalCode.ProposalCreatedTooLongAgo, Refused(_consortium.Deliberate().Propose(Signed(1, 1_900_000_000))).Code);
        _consortium.Granted(_consortium.Deliberate().Propose(before));
        Assert.All(second, request => Assert.NotNull(Refused(_consortium.Deliberate().Propose(request))));
    }

    [Fact]
    public void One_that_is_dated_ahead_shuts_nobody_out()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);
        var refusal = Refused(_consortium.Deliberate().Propose(Signed(0, 1_900_000_031), now));
        Assert.Equal(RefusalCode.InvalidInput, refusal.Code);
        Assert.Contains("1900000031, is ahead of the node's clock, 1900000000", refusal.Message, StringComparison.Ordinal);
        _consortium.Granted(_consortium.Deliberate().Propose(Signed(0, 1_900_000_030), now));
    }

    [Fact]
    public void A_member_has_so_many_open_ones_and_no_more()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);
        for (var i = 0; i < 50; i++) _consortium.Granted(_consortium.Deliberate().Propose(Signed(0, 1_900_000_000), now));
        var refusal = Refused(_consortium.Deliberate().Propose(Signed(0, 1_900_000_000), now));
        Assert.Contains("50 open", refusal.Message, StringComparison.Ordinal);
        _consortium.Granted(_consortium.Deliberate().Propose(Signed(1, 1_900_000_000), now));
    }

    private SignedRequest Signed(int member, long at) =>
        _consortium.Sign(_consortium.Members[member], RequestType.Proposal, SetThreshold, at: at);

    [Fact]
    public void What_was_decided_from_a_state_that_holds_no_more_is_not_recorded()
    {
        var first = _consortium.Sign(_consortium.Members[0], RequestType.Proposal, SetThreshold);
        var read = _consortium.Tables;
        var decision = Assert.IsType<Decision.Granted>(_consortium.Deliberate().Propose(first));
        _consortium.Propose(_consortium.Members[1], Action("trigger_snapshot", new { }));
        Assert.False(_consortium.Run(new RecordDecision(read, decision)));
    }

    [Fact]
    public void Requests_are_recorded_as_they_were_signed()
    {
        var request = _consortium.Sign(_consortium.Members[0], RequestType.Proposal, SetThreshold);
        var root = _consortium.Root;
        var proposal = _consortium.Granted(_consortium.Deliberate().Propose(request)).Proposal!;
        Assert.Equal(Digest.Of(root, request.Digest).ToHex(), proposal.Id);
        Assert.True(_consortium.Tables.TryGet(GovernanceTables.CoseHistory, MemberTable.Key(_consortium.Members[0].Id), out var row));
        Assert.Equal(Convert.ToBase64String(request.Bytes.Span), JsonSerializer.Deserialize<string>(row.Span));
    }

    private Proposal Accept(string text)
    {
        var proposal = _consortium.Propose(_consortium.Members[0], text);
        for (var i = 0; proposal.State == ProposalState.Open; i++)
            proposal = _consortium.Vote(_consortium.Members[i], proposal, inFavour: true);
        return proposal;
    }

    private static UserId User(string id) => UserId.TryParse(id, out var user) ? user : default;
}
