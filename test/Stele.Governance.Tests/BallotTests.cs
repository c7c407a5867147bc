using System.Text.Json;
using Stele.Governance.Members;
using Stele.Governance.Proposals;
using Stele.Governance.Requests;
using static Stele.Governance.Tests.TestConsortium;

namespace Stele.Governance.Tests;

/// <summary>What becomes of ballots that fail, and of votes when members come and go.</summary>
public sealed class BallotTests
{
    private static readonly string LetSomeoneRead = Action("set_user_roles", new { user_id = "someone", roles = new[] { "Reader" } });
    private readonly TestConsortium _consortium = new(members: 4);

    [Fact]
    public void A_ballot_that_fails_is_refused_while_its_author_can_mend_it()
    {
        var proposal = _consortium.Propose(_consortium.Members[0], LetSomeoneRead);
        var refused = Refused(Vote(1, proposal, "export function vote() { return proposl.length > 0; }"));
        Assert.Equal(RefusalCode.InvalidInput, refused.Code);
        Assert.Contains("proposl", refused.Message, StringComparison.Ordinal);
        Assert.Single(_consortium.Granted(Vote(1, proposal, "export function vote() { return true; }")).Proposal!.Ballots);
    }

    [Fact]
    public void A_ballot_that_fails_later_may_be_replaced()
    {
        var proposal = _consortium.Propose(_consortium.Members[0], LetSomeoneRead);
        var member = _consortium.Members[1];
        var later = $"export function vote() {{ if (ccf.bufToStr(ccf.kv['public:ccf.gov.proposals_info'].get("
            + $"ccf.strToBuf('{proposal.Id}'))).includes('{member.Id}')) throw new Error('no'); return true; }}";
        _consortium.Granted(Vote(1, proposal, later));
        const string yes = "export function vote() { return true; }";
        Assert.Equal(yes, Assert.Single(_consortium.Granted(Vote(1, proposal, yes)).Proposal!.Ballots).Value);
        Assert.Equal(RefusalCode.VoteAlreadyExists, Refused(Vote(1, proposal, later)).Code);
    }

    [Fact]
    public void A_majority_that_came_to_be_by_a_removal_decides_when_one_of_it_votes_again()
    {
        var proposal = _consortium.Propose(_consortium.Members[0], LetSomeoneRead);
        foreach (var member in _consortium.Members.Take(2)) proposal = _consortium.Vote(member, proposal, inFavour: true);
        Assert.Equal(ProposalState.Open, proposal.State);
        Remove(_consortium.Members[3]);
        Assert.Equal(ProposalState.Accepted, _consortium.Vote(_consortium.Members[0], proposal, inFavour: true).State);
    }

    [Fact]
    public void What_a_removed_member_proposed_others_withdraw()
    {
        var gone = _consortium.Members[3];
        var proposal = _consortium.Propose(gone, LetSomeoneRead);
        Assert.Equal(RefusalCode.AuthorizationFailed, Refused(Withdraw()).Code);
        Remove(gone);
        Assert.Equal(ProposalState.Withdrawn, _consortium.Granted(Withdraw()).Proposal!.State);

        Decision Withdraw() => _consortium.Deliberate().Withdraw(
            _consortium.Sign(_consortium.Members[0], RequestType.Withdrawal, "", proposal.Id), proposal.Id);
    }

    private void Remove(TestMember member)
    {
        var removal = _consortium.Propose(_consortium.Members[0], Action("remove_member", new { member_id = member.Id }));
        foreach (var voter in _consortium.Members.Take(3)) removal = _consortium.Vote(voter, removal, inFavour: true);
        Assert.Equal(ProposalState.Accepted, removal.State);
        Assert.Null(MemberTable.Find(_consortium.Tables, member.Id));
    }

    private Decision Vote(int member, Proposal proposal, string ballot) => _consortium.Deliberate().Vote(
        _consortium.Sign(_consortium.Members[member], RequestType.Ballot, JsonSerializer.Serialize(new { ballot }), proposal.Id),
        proposal.Id, _consortium.Members[member].Id, isTaken: true);
}
