using Stele.Cryptography;
using Stele.Governance.Nodes;
using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Recovery;

/// <summary>
/// The first transaction of a service that goes on with the ledger of one that is gone: its own identity and node, and what it
/// found of the other. Nothing in it is private.
/// </summary>
/// <param name="certificate">The new service's certificate, PEM.</param>
/// <param name="node">The node that recovers, trusted.</param>
/// <param name="nodeCertificate">Its certificate, endorsed by the new service, PEM.</param>
/// <param name="lastSignedRoot">The root that the previous service signed last.</param>
public sealed class RecoverService(string certificate, NodeRecord node, string nodeCertificate, Digest lastSignedRoot) : ICommand<bool>
{
    /// <inheritdoc/>
    public bool Execute(Transaction transaction)
    {
        var before = transaction.State;
        if (ServiceTable.Certificate(before) == certificate) return false;
        transaction.Flags = EntryFlags.ForceChunkBefore;
        transaction.Put(
            TableNames.ServiceInfo, TableNames.SingleKey,
            ServiceTable.Info(certificate, ServiceStatus.Recovering, transaction.Id, recovered: before));
        PutText(transaction, TableNames.PreviousServiceIdentity, ServiceTable.Certificate(before));
        PutText(transaction, EarlierServices.LastSignedRoot, lastSignedRoot.ToHex());
        foreach (var old in NodeTable.List(before)) Retire(transaction, old);
        // Shares that were given to an earlier recovery which did not come to its end are sealed under a secret that is gone.
        foreach (var member in SubmittedShares.Keys(before)) transaction.Remove(SubmittedShares.Table, member);
        transaction.Put(TableNames.NodesInfo, NodeTable.Key(node.Id), node.ToRow());
        transaction.Put(TableNames.NodesEndorsedCertificates, NodeTable.Key(node.Id), ServiceTable.Text(nodeCertificate));
        return true;
    }

    // The nodes of the service that is gone sign no more; what they have signed is verified by their rows.
    private static void Retire(Transaction transaction, NodeRecord old)
    {
        if (old.Status == NodeStatus.Pending) transaction.Remove(TableNames.NodesInfo, NodeTable.Key(old.Id));
        else if (old.Status == NodeStatus.Trusted)
            transaction.Put(TableNames.NodesInfo, NodeTable.Key(old.Id), (old with { Status = NodeStatus.Retired }).ToRow());
    }

    private static void PutText(Transaction transaction, TableName table, string text) =>
        transaction.Put(table, TableNames.SingleKey, Json.Write(json => json.WriteStringValue(text)));
}
