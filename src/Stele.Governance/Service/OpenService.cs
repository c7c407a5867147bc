using Stele.Governance.Recovery;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Service;

/// <summary>Opens a created service to its users, and gives its members their first recovery shares.</summary>
public sealed class OpenService : ICommand<bool>
{
    /// <inheritdoc/>
    public bool Execute(Transaction transaction)
    {
        if (ServiceTable.Status(transaction.State) == ServiceStatus.Open) return false;
        transaction.Put(TableNames.ServiceInfo, TableNames.SingleKey, ServiceTable.Opened(transaction.State));
        SecretTasks.Begin(transaction);
        return true;
    }
}
