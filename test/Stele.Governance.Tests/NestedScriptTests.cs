using System.Text.Json;
using Stele.Governance.Proposals;
using Stele.Governance.Requests;
using static Stele.Governance.Tests.TestConsortium;

namespace Stele.Governance.Tests;

/// <summary>Scripts that have other scripts checked: only a constitution has that, and it pays for them.</summary>
public sealed class NestedScriptTests
{
    private const string Itself = "(function f() { ccf.gov.validateConstitution('(' + f + ')()'); })();";
    private readonly TestConsortium _consortium = new(members: 3);

    [Fact]
    public void A_ballot_has_no_script_checked()
    {
        var proposal = _consortium.Propose(_consortium.Members[0], Action("trigger_snapshot", new { }));
        Assert.Contains("Only the constitution", Refused(Vote(0, Itself)).Message, StringComparison.Ordinal);
        _consortium.Granted(Vote(0, "export function vote() { ccf.gov.validateConstitution('for(;;);'); return true; }"));
        _consortium.Vote(_consortium.Members[1], proposal, inFavour: true);
        var decided = _consortium.Vote(_consortium.Members[2], proposal, inFavour: true);
        Assert.Equal(ProposalState.Accepted, decided.State);
        Assert.Contains("Only the constitution", decided.VoteFailures!.Values.Single().Reason, StringComparison.Ordinal);

        Decision Vote(int member, string ballot)
        {
            var request = _consortium.Sign(
                _consortium.Members[member], RequestType.Ballot, JsonSerializer.Serialize(new { ballot }), proposal.Id);
            return _consortium.Deliberate().Vote(request, proposal.Id, _consortium.Members[member].Id);
        }
    }

    [Fact]
    public void A_constitution_that_is_checked_has_no_script_checked() =>
        Assert.Contains("Only the constitution", Refused(Propose(Constitution(Itself))).Message, StringComparison.Ordinal);

    // Each alone is far within the limits.
    [Fact]
    public void What_is_checked_is_charged_to_who_has_it_checked()
    {
        const string constitution =
            "export function validate() { return true; } export function resolve() { return 'Open'; } export function apply() {}";
        Assert.IsType<Decision.Granted>(Propose(Constitution(constitution)));
        var actions = Enumerable.Repeat(new { name = "set_constitution", args = new { constitution } }, 200);
        Assert.Equal(RefusalCode.ProposalFailedToValidate, Refused(Propose(JsonSerializer.Serialize(new { actions }))).Code);
    }

    private Decision Propose(string text) =>
        _consortium.Deliberate().Propose(_consortium.Sign(_consortium.Members[0], RequestType.Proposal, text));

    private static string Constitution(string script) => Action("set_constitution", new { constitution = script });
}
