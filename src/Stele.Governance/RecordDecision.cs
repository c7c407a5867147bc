using Stele.Governance.Constitution;
using Stele.Governance.Recovery;
using Stele.Ledger.Entries;
using Stele.Ledger.Recovery;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;

namespace Stele.Governance;

/// <summary>
/// Puts on the ledger what was decided from a state, if that state still holds. Constitutions and ballots run for seconds when
/// their authors want: so they run beside the sequencer, which only compares versions.
/// </summary>
/// <param name="read">The state that it was decided from.</param>
/// <param name="decision">What was decided.</param>
/// <param name="seen">
/// The view that was written in when the state was read; none where there is but one. In a later one, rows of the same versions may be
/// others: what was read may have been rolled back.
/// </param>
public sealed class RecordDecision(LedgerTables read, Decision.Granted decision, View? seen = null) : ICommand<bool>
{
    /// <summary>The view that is written in, once it was executed.</summary>
    public View Now { get; private set; }

    /// <summary>Records it.</summary>
    /// <returns>Whether it did; where not, something has changed meanwhile, and it must be decided anew.</returns>
    public bool Execute(Transaction transaction)
    {
        Now = transaction.Id.View;
        if ((seen is { } view && view != Now) || !IsSame(read, transaction.State)) return false;
        foreach (var table in decision.Writes.Tables)
        {
            foreach (var write in table.Writes)
            {
                if (write.Value is { } value) transaction.Put(table.Name, write.Key, value);
                else transaction.Remove(table.Name, write.Key);
            }
        }
        Carry(transaction, decision.Tasks);
        return true;
    }

    /// <summary>Whether two states are the same to governance: what is decided from one is decided so from the other.</summary>
    public static bool IsSame(LedgerTables one, LedgerTables other) => Versions(one).SequenceEqual(Versions(other));

    // The secrets are the sequencer's: whoever decided does not have the newest for sure.
    private static void Carry(Transaction transaction, ServiceTasks tasks)
    {
        var after = transaction.State.With(transaction.Writes, transaction.Id.SeqNo);
        if (tasks.HasFlag(ServiceTasks.Rekey)) SecretTasks.Rekey(transaction, after);
        else if (tasks.HasFlag(ServiceTasks.ReissueShares)) SecretTasks.Reissue(transaction, after);
        if (tasks.HasFlag(ServiceTasks.TakeSnapshot)) transaction.Put(LedgerState.SnapshotDemands, TableNames.SingleKey, "{}"u8.ToArray());
        transaction.EndsFile = tasks.HasFlag(ServiceTasks.EndFile);
    }

    private static IEnumerable<(TableName, SeqNo)> Versions(LedgerTables tables) =>
        from table in tables.All
        where DecisionTables.Has(table.Name)
        select (table.Name, table.Version);
}
