using Stele.Ledger.Transactions;
using Stele.Server.Application;

namespace Stele.Server.Functions;

/// <summary>
/// Puts on the ledger what scripts have written, if what they read still stands. Scripts run beside the sequencer, which only
/// compares versions.
/// </summary>
/// <param name="run">What they read and wrote.</param>
/// <param name="collections">Which collections have changed.</param>
/// <param name="entry">An entry that is written with it; none where there is none.</param>
internal sealed class RecordRun(ScriptTransaction run, CollectionVersions collections, AppendEntry? entry) : ICommand<bool>
{
    /// <summary>Records it.</summary>
    /// <returns>Whether it did; where not, something has changed meanwhile, and the scripts must run anew.</returns>
    public bool Execute(Transaction transaction)
    {
        if (collections.HasChanged(transaction, run) || !run.StandsIn(transaction.State)) return false;
        foreach (var table in run.Writes.Tables)
        {
            foreach (var write in table.Writes)
            {
                if (write.Value is { } value) transaction.Put(table.Name, write.Key, value);
                else transaction.Remove(table.Name, write.Key);
            }
        }
        return entry?.Execute(transaction) ?? true;
    }
}
