using Stele.Ledger.Transactions;

namespace Stele.Governance.Recovery;

/// <summary>Removes all recovery shares that were given: they did not open the ledger, and members begin again.</summary>
public sealed class ClearShares : ICommand<bool>
{
    /// <inheritdoc/>
    public bool Execute(Transaction transaction)
    {
        foreach (var member in SubmittedShares.Keys(transaction.State)) transaction.Remove(SubmittedShares.Table, member);
        return true;
    }
}
