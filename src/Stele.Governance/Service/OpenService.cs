using Stele.Governance.Recovery;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Service;

/// <summary>Opens a created service to its users, and gives its members their first recovery shares.</summary>
/// <param name="endorsement">The service's endorsement of itself, where the endorsements of later ones begin; null for none.</param>
public sealed class OpenService(EndorsementRow? endorsement = null) : ICommand<bool>
{
    /// <inheritdoc/>
    public bool Execute(Transaction transaction)
    {
        if (ServiceTable.Status(transaction.State) != ServiceStatus.Opening) return false;
        transaction.Put(TableNames.ServiceInfo, TableNames.SingleKey, ServiceTable.With(transaction.State, ServiceStatus.Open));
        SecretTasks.Begin(transaction);
        if (endorsement is not null) transaction.Put(EarlierServices.Endorsements, TableNames.SingleKey, endorsement.ToRow());
        return true;
    }
}
