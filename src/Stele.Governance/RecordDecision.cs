using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;

namespace Stele.Governance;

/// <summary>
/// Puts on the ledger what was decided from a state, if that state still holds. Constitutions and ballots run for seconds when
/// their authors want: so they run beside the sequencer, which only compares versions.
/// </summary>
/// <param name="read">The state that it was decided from.</param>
/// <param name="writes">What was decided.</param>
public sealed class RecordDecision(LedgerTables read, WriteSet writes) : ICommand<bool>
{
    /// <summary>Records it.</summary>
    /// <returns>Whether it did; where not, something has changed meanwhile, and it must be decided anew.</returns>
    public bool Execute(Transaction transaction)
    {
        if (!IsSame(read, transaction.State)) return false;
        foreach (var table in writes.Tables)
        {
            foreach (var write in table.Writes)
            {
                if (write.Value is { } value) transaction.Put(table.Name, write.Key, value);
                else transaction.Remove(table.Name, write.Key);
            }
        }
        return true;
    }

    /// <summary>Whether two states are the same to governance: what is decided from one is decided so from the other.</summary>
    public static bool IsSame(LedgerTables one, LedgerTables other) => Versions(one).SequenceEqual(Versions(other));

    private static IEnumerable<(TableName, SeqNo)> Versions(LedgerTables tables) =>
        from table in tables.All
        where table.Name.Value.StartsWith(GovernanceTables.Prefix, StringComparison.Ordinal) || table.Name == TableNames.UserRoles
        select (table.Name, table.Version);
}
