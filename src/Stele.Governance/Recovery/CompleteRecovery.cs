using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Secrets;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Recovery;

/// <summary>
/// Opens a service whose members have brought the ledger's secrets back: each node is given them, the newest of them is linked
/// to the service's own, the service before is endorsed, and shares are issued anew.
/// </summary>
/// <param name="restored">The secrets of the ledger before this service.</param>
/// <param name="endorsement">The endorsement of the service before, signed by this one's key.</param>
/// <param name="from">The first seqno that this service's own secret seals.</param>
/// <param name="linkedAt">Where the link of the newest restored secret stands; null where it has none.</param>
public sealed class CompleteRecovery(LedgerSecrets restored, EndorsementRow endorsement, SeqNo from, SeqNo? linkedAt) : ICommand<string?>
{
    /// <summary>Opens it.</summary>
    /// <returns>What keeps the service from being opened; null where nothing does, or it was done before.</returns>
    public string? Execute(Transaction transaction)
    {
        if (ServiceTable.Status(transaction.State) != ServiceStatus.WaitingForRecoveryShares) return null;
        // Members would be left with shares of the secret before: of a ledger without its end.
        var roster = RecoveryRoster.Of(transaction.State);
        if (!roster.IsEnough) return $"New recovery shares cannot be issued. {roster.Lack}";
        SecretTasks.Recover(transaction, restored, linkedAt, from);
        transaction.Put(EarlierServices.Endorsements, TableNames.SingleKey, endorsement.ToRow());
        transaction.Put(
            TableNames.ServiceInfo, TableNames.SingleKey, ServiceTable.With(transaction.State, ServiceStatus.Open));
        new ClearShares().Execute(transaction);
        return null;
    }
}
