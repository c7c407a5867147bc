using Stele.Governance.Constitution;
using Stele.Governance.Members;
using Stele.Governance.Service;
using Stele.Ledger.Tables;

namespace Stele.Governance.Recovery;

/// <summary>When shares are issued anew: whenever others hold them than before, and never to too few.</summary>
internal static class ShareRules
{
    /// <summary>
    /// What keeps a proposal from being applied: too few members would hold shares by it, or others while shares are awaited.
    /// </summary>
    /// <exception cref="FormatException">It would leave a threshold that is none.</exception>
    public static string? FaultOf(LedgerTables before, GovernanceState after)
    {
        var roster = RecoveryRoster.Of(after.Tables);
        if (FaultOfRecovery(RecoveryRoster.Of(before), roster, ServiceTable.Status(before)) is { } fault) return fault;
        if (roster.IsEnough) return null;
        if (after.Tasks.HasFlag(ServiceTasks.ReissueShares)) return roster.Lack;
        if (RecoveryShares.Find(before) is not { } issued) return null;
        // Shares of the secret before would bring back a ledger without its end.
        if (after.Tasks.HasFlag(ServiceTasks.Rekey)) return roster.Lack;
        // A member with a new key acknowledges the state before anything is sealed to it; until then the old share counts.
        var isTakenAway = issued.Shares.Keys.Any(holder => MemberTable.Find(after.Tables, holder) is null);
        return isTakenAway || roster.Threshold != RecoveryRoster.Of(before).Threshold ? roster.Lack : null;
    }

    /// <summary>Has shares issued where what was decided changes who holds them.</summary>
    public static void Follow(LedgerTables before, GovernanceState after)
    {
        if (!ServiceTable.IsRunning(after.Tables)) return;
        var roster = RecoveryRoster.Of(after.Tables);
        var isChanged = !ServiceTable.IsRunning(before) || !roster.IsSameAs(RecoveryRoster.Of(before));
        if (isChanged && roster.IsEnough) after.Ask(ServiceTasks.ReissueShares);
    }

    // What is given is the shares of the service that is gone, by its threshold. Where those who hold them are too few for new
    // ones, the service could not be opened: members may mend that.
    private static string? FaultOfRecovery(RecoveryRoster before, RecoveryRoster after, ServiceStatus status) =>
        status is ServiceStatus.Recovering or ServiceStatus.WaitingForRecoveryShares
        && !after.IsSameAs(before) && (before.IsEnough || !after.IsEnough)
            ? "The service is being recovered: until it is open, who holds recovery shares and how many are needed stays as it is."
            : null;
}
