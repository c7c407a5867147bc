using Stele.Cryptography;
using Stele.Ledger.Entries;
using Stele.Ledger.Snapshots;
using Stele.Ledger.Tables;

namespace Stele.Ledger.Recovery;

/// <summary>What the ledger says up to a durable signature transaction: all of it is committed.</summary>
/// <param name="Id">The signature transaction.</param>
/// <param name="Leaf">Its leaf in the Merkle tree.</param>
/// <param name="Signature">What it wrote.</param>
/// <param name="Tables">The tables after it.</param>
/// <param name="ViewHistory">The seqno with which each view began, from view 1 on.</param>
public sealed record SignedState(
    TransactionId Id, Digest Leaf, WriteSet Signature, LedgerTables Tables, IReadOnlyList<SeqNo> ViewHistory)
{
    /// <summary>As a snapshot says it.</summary>
    public SnapshotContents ToSnapshot() =>
        SnapshotContents.Of(Tables, Id.SeqNo, Leaf, Signature, ViewHistory) with { SealedIn = Id.View };
}
