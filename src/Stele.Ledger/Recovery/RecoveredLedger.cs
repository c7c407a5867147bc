using Stele.Cryptography;
using Stele.Ledger.Audit;
using Stele.Ledger.Files;
using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Recovery;

/// <summary>A ledger that was found whole.</summary>
/// <param name="Files">Its files, ready to be read and appended to.</param>
/// <param name="State">What it says.</param>
/// <param name="Validator">What has verified its entries, and can go on with the next.</param>
/// <param name="Committed">Its last signature transaction, with the root over all leaves up to and including its own.</param>
/// <param name="Start">What was read of it.</param>
public sealed record RecoveredLedger(
    LedgerFiles Files, LedgerState State, LedgerValidator Validator, (TransactionId Id, Digest Root)? Committed, LedgerStart Start);

/// <summary>What a start has read of the ledger.</summary>
/// <param name="Snapshot">The snapshot that it went on from; <see cref="SeqNo.None"/> where it read everything.</param>
/// <param name="Entries">The entries that were read and verified behind it.</param>
/// <param name="Skipped">Snapshots that were not used, and why.</param>
public sealed record LedgerStart(SeqNo Snapshot, long Entries, IReadOnlyList<SkippedSnapshot> Skipped);
