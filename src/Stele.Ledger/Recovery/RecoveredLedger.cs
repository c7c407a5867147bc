using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Files;

namespace Stele.Ledger.Recovery;

/// <summary>A ledger that was found whole.</summary>
/// <param name="Files">Its files, ready to be read and appended to.</param>
/// <param name="State">What it says.</param>
/// <param name="Tree">The tree over all its entries.</param>
/// <param name="Committed">Its last signature transaction, with the root over all leaves up to and including its own.</param>
public sealed record RecoveredLedger(
    LedgerFiles Files, LedgerState State, MerkleTree Tree, (TransactionId Id, Digest Root)? Committed);
