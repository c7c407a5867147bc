using Stele.Cryptography;

namespace Stele.Ledger.Files;

/// <summary>How far a ledger had come when this was written.</summary>
/// <param name="Durable">The last transaction that the disk held.</param>
/// <param name="End">Where the ledger files ended behind it.</param>
/// <param name="Committed">The last durable signature transaction.</param>
/// <param name="CommittedRoot">The Merkle root over all leaves up to and including that signature transaction's own.</param>
public sealed record LedgerHeadRecord(
    TransactionId Durable, LedgerEnd End, TransactionId Committed, Digest CommittedRoot);
