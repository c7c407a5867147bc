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
        if (ServiceTable.Status(transaction.State) == ServiceStatus.Open) return false;
        transaction.State.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var value);
        using var info = JsonDocument.Parse(value);
        var createdText = info.RootElement.GetProperty("current_service_create_txid").GetString();
        if (!TransactionId.TryParse(createdText, out var created))
            throw new InvalidOperationException("The service's table does not say which transaction created it.");
        transaction.Put(
            TableNames.ServiceInfo, TableNames.SingleKey,
            ServiceTable.Info(info.RootElement.GetProperty("cert").GetString()!, ServiceStatus.Open, created));
        return true;
    }
}
