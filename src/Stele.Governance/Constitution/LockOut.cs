using System.Text.Json;
using Stele.Governance.Members;
using Stele.Governance.Proposals;
using Stele.Governance.Service;
using Stele.Ledger.Tables;
using Stele.Scripting;

namespace Stele.Governance.Constitution;

/// <summary>
/// A constitution that lets nothing pass can never be changed again. Whether one does nobody can compute; what is tried is what
/// members would do first: set the old one back, all of them in favour. They are told before they vote.
/// </summary>
internal static class LockOut
{
    /// <summary>What members are told of a change; empty where there is nothing to tell.</summary>
    /// <param name="before">The tables as they are.</param>
    /// <param name="after">The tables as they would be.</param>
    /// <param name="runner">Runs the constitution that there would be.</param>
    public static IReadOnlyList<string> WarningsOf(LedgerTables before, GovernanceState after, ConstitutionRunner runner)
    {
        var old = ServiceTable.Constitution(before);
        if (old == ServiceTable.Constitution(after.Tables)) return [];
        return FaultOf(WayBack(old), after.Tables, runner) is { } fault
            ? [$"warning: under this constitution nobody might change anything any more: to set the present one again, {fault}"]
            : [];
    }

    private static string? FaultOf(string wayBack, LedgerTables after, ConstitutionRunner runner)
    {
        if (runner.Validate(wayBack) is { } why) return $"its validate refuses the proposal: {why}";
        string[] members = [.. MemberTable.List(after).Where(member => member.Status == MemberStatus.Active).Select(member => member.Id)];
        if (members.Length == 0) return "there is no active member";
        var proposal = new Proposal(new string('0', 64), members[0], ProposalState.Open);
        return runner.Resolve(wayBack, proposal, members.Select(member => KeyValuePair.Create(member, true))) switch
        {
            ScriptOutcome.Returned { Json: "\"Accepted\"" } => null,
            ScriptOutcome.Failed { Error: var error } => $"its resolve fails: {error}",
            _ => "its resolve does not accept the proposal although all active members are in favour",
        };
    }

    private static string WayBack(string constitution) => JsonSerializer.Serialize(
        new { actions = new[] { new { name = "set_constitution", args = new { constitution } } } });
}
