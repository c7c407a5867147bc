using Stele.Ledger.Snapshots;
using Stele.Ledger.Transactions;

namespace Stele.Replication.Snapshots;

/// <summary>Writes into the ledger that a snapshot was taken, so that the ledger's own receipt vouches for it.</summary>
internal sealed class RecordSnapshot(SnapshotEvidence evidence) : ICommand<bool>
{
    public bool Execute(Transaction transaction)
    {
        foreach (var table in evidence.ToWrites().Tables)
            foreach (var write in table.Writes) transaction.Put(table.Name, write.Key, write.Value!.Value);
        transaction.ClaimsDigest = evidence.Digest;
        return true;
    }
}
