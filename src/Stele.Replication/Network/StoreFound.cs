using Stele.Etcd;

namespace Stele.Replication.Network;

/// <summary>What stands in etcd of a ledger, beside its batches, at one revision.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Term">The Raft term it was read in.</param>
/// <param name="Cluster">The etcd cluster that has answered.</param>
/// <param name="Tail">Where the next batch goes; null in a store that has none yet.</param>
/// <param name="Identity">Which store it is; null where none was begun yet.</param>
internal sealed record StoreFound(long Revision, ulong Term, ulong Cluster, StoreTail? Tail, StoreIdentity? Identity)
{
    /// <summary>Why this cannot be the store that this node's ledger was ordered by; null where it is.</summary>
    public string? Doubt { get; init; }

    /// <summary>Reads it out of a transaction whose first two operations are the ranges of tail and identity.</summary>
    /// <exception cref="FormatException">Something else has written there.</exception>
    public static StoreFound Of(TransactionResult result)
    {
        var tails = ((RangeResult)result.Results[0]).KeyValues;
        var identities = ((RangeResult)result.Results[1]).KeyValues;
        return new StoreFound(
            result.Revision, result.RaftTerm, result.ClusterId,
            tails.Count == 0 ? null : StoreTail.Parse(tails[0].Value),
            identities.Count == 0 ? null : StoreIdentity.Parse(identities[0].Value));
    }
}
