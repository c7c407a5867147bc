using Stele.Governance.Constitution;
using Stele.Governance.Members;
using Stele.Scripting;

namespace Stele.Governance.Proposals;

/// <summary>Counts a proposal's votes, asks the constitution what they make of it, and does what was accepted.</summary>
internal sealed class Resolution(GovernanceState state, ConstitutionRunner runner, string text)
{
    /// <summary>What has become of a proposal. What it does, if it passed, is in the state after.</summary>
    public Proposal Of(Proposal proposal)
    {
        var votes = Proposal.Sorted<bool>();
        var failures = Proposal.Sorted<ScriptFailure>();
        foreach (var (member, ballot) in proposal.Ballots)
        {
            // Who is no member any more has no vote any more.
            if (MemberTable.Find(state.Tables, member) is not { Status: MemberStatus.Active }) continue;
            switch (runner.Vote(ballot, text, proposal.ProposerId))
            {
                case ScriptOutcome.Returned returned: votes = votes.SetItem(member, returned.Json == "true"); break;
                case ScriptOutcome.Failed failed: failures = failures.SetItem(member, ScriptFailure.Of(failed.Error)); break;
            }
        }
        var decided = proposal with { FinalVotes = votes, VoteFailures = failures };
        var resolved = runner.Resolve(text, proposal, votes);
        if (resolved is ScriptOutcome.Returned { Json: "\"Open\"" }) return proposal;
        ProposalTable.ForgetDecided(state, except: proposal.Id);
        return resolved switch
        {
            ScriptOutcome.Returned { Json: "\"Rejected\"" } => decided with { State = ProposalState.Rejected },
            ScriptOutcome.Returned { Json: "\"Accepted\"" } => Apply(decided with { State = ProposalState.Accepted }),
            ScriptOutcome.Failed failed => Failed(decided, ScriptFailure.Of(failed.Error)),
            _ => Failed(decided, new ScriptFailure("The constitution's resolve must say Open, Accepted or Rejected.", null)),
        };
    }

    /// <summary>Does what an accepted proposal proposes.</summary>
    /// <returns>The proposal, as accepted or failed.</returns>
    public Proposal Apply(Proposal accepted)
    {
        var changed = state.Branch();
        ProposalTable.Put(changed, accepted);
        if (runner.Apply(changed, text, accepted.Id) is ScriptOutcome.Failed failed)
            return Failed(accepted, ScriptFailure.Of(failed.Error));
        if (Soundness.Of(state.Tables, changed, runner) is { } fault) return Failed(accepted, new ScriptFailure(fault, null));
        state.TakeOver(changed);
        return accepted;
    }

    private static Proposal Failed(Proposal proposal, ScriptFailure failure) =>
        proposal with { State = ProposalState.Failed, Failure = failure };
}
