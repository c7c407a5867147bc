using System.Text.Json;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Service;

/// <summary>Opens a created service to its users.</summary>
public sealed class OpenService : ICommand<bool>
{
    /// <inheritdoc/>
    public bool Execute(Transaction transaction)
    {
        transaction.State.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var value);
        using var info = JsonDocument.Parse(value);
        TransactionId.TryParse(info.RootElement.GetProperty("current_service_create_txid").GetString(), out var created);
        transaction.Put(
            TableNames.ServiceInfo, TableNames.SingleKey,
            ServiceTable.Info(info.RootElement.GetProperty("cert").GetString()!, ServiceStatus.Open, created));
        return true;
    }
}
