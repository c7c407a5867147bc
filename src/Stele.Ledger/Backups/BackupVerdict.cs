namespace Stele.Ledger.Backups;

/// <summary>What verifying a backup found.</summary>
/// <param name="Manifest">What the backup is meant to hold.</param>
/// <param name="WholeUpTo">The last signature transaction up to which its ledger files verify.</param>
/// <param name="Faults">What is wrong; nothing where all of it verifies.</param>
public sealed record BackupVerdict(BackupManifest Manifest, TransactionId WholeUpTo, IReadOnlyList<BackupFault> Faults);

/// <summary>A file of a backup that is not as it should be.</summary>
/// <param name="File">Its path.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record BackupFault(string File, string Reason);
