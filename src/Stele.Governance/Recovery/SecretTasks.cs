using Stele.Cryptography.Sealing;
using Stele.Governance.Constitution;
using Stele.Governance.Nodes;
using Stele.Ledger.Entries;
using Stele.Ledger.Secrets;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Recovery;

/// <summary>What a transaction does with the ledger's secrets, beside what else it writes.</summary>
internal static class SecretTasks
{
    /// <summary>Begins the chain of secrets when the service opens, and issues the first shares where there are enough members.</summary>
    public static void Begin(Transaction transaction)
    {
        var first = new SecretLink(Previous: null, From: SeqNo.First);
        transaction.Put(SecretLink.Table, TableNames.SingleKey, first.ToRow());
        PutShares(transaction, transaction.State, transaction.Secret, linkedAt: null);
    }

    /// <summary>Issues shares of the newest secret anew: those issued before give back an older wrapping.</summary>
    public static void Reissue(Transaction transaction, LedgerTables after) => PutShares(
        transaction, after, transaction.Secret, NewestFrom(after) == SeqNo.First ? null : SecretLink.NewestIn(after));

    /// <summary>Ends a recovery: nodes get the restored secrets, this service's own follows them, and members have shares of it.</summary>
    /// <param name="transaction">The transaction that opens the service.</param>
    /// <param name="restored">The secrets that the members brought back.</param>
    /// <param name="linkedAt">Where the link of the newest of them stands; null where it has none.</param>
    /// <param name="from">The first seqno that this service's own secret seals.</param>
    public static void Recover(Transaction transaction, LedgerSecrets restored, SeqNo? linkedAt, SeqNo from)
    {
        var nodes = NodesIn(transaction.State).Where(node => EncryptionKey.IsPublicKey(node.EncryptionKey ?? ""));
        transaction.Put(
            SecretDelivery.Table, TableNames.SingleKey,
            SecretDelivery.Write(
                nodes.Select(node => (node.Id, node.EncryptionKey!)),
                [.. restored.All.Select(secret => ((SeqNo?)secret.Key, secret.Value))]));
        var link = SecretLink.To(transaction.Secret, restored.All[^1], linkedAt) with { From = from };
        transaction.Put(SecretLink.Table, TableNames.SingleKey, link.ToRow());
        PutShares(transaction, transaction.State, transaction.Secret, linkedAt: null);
    }

    /// <summary>Gives the ledger a new secret, from behind this transaction on: to its nodes, and to its members in shares.</summary>
    public static void Rekey(Transaction transaction, LedgerTables after)
    {
        var next = LedgerSecret.Generate();
        var nodes = NodesIn(after).Select(node => (node.Id, node.EncryptionKey!));
        transaction.Put(SecretDelivery.Table, TableNames.SingleKey, SecretDelivery.Write(nodes, [(null, next)]));
        var link = SecretLink.To(next, KeyValuePair.Create(NewestFrom(after), transaction.Secret), SecretLink.NewestIn(after));
        transaction.Put(SecretLink.Table, TableNames.SingleKey, link.ToRow());
        PutShares(transaction, after, next, linkedAt: null);
        transaction.NextSecret = next;
    }

    /// <summary>What keeps the ledger from getting a new secret; none where nothing does.</summary>
    public static string? FaultOfRekey(LedgerTables tables, IServiceActions service)
    {
        var without = NodesIn(tables).FirstOrDefault(node => node.EncryptionKey is not { } key || !service.CanSealTo(key));
        return without is null
            ? null
            : $"The trusted node {without.Id} has no encryption key: a new ledger secret could not be given to it. Remove it first.";
    }

    /// <summary>The first seqno that the newest secret seals.</summary>
    public static SeqNo NewestFrom(LedgerTables tables)
    {
        if (SecretLink.NewestIn(tables) is not { } linkedAt) return SeqNo.First;
        tables.TryGet(SecretLink.Table, TableNames.SingleKey, out var row);
        return SecretLink.Parse(row).From ?? linkedAt.Next;
    }

    private static IEnumerable<NodeRecord> NodesIn(LedgerTables tables) =>
        NodeTable.List(tables).Where(node => node.Status == NodeStatus.Trusted);

    private static void PutShares(Transaction transaction, LedgerTables after, LedgerSecret secret, SeqNo? linkedAt)
    {
        var roster = RecoveryRoster.Of(after);
        if (roster.IsEnough)
            transaction.Put(RecoveryShares.Table, TableNames.SingleKey, ShareIssue.Of(roster, secret, linkedAt).ToRow());
    }
}
