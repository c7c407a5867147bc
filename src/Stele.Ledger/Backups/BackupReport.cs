namespace Stele.Ledger.Backups;

/// <summary>What a run added to a backup.</summary>
/// <param name="Manifest">What the backup holds now.</param>
/// <param name="Before">The signature transaction that it ended with before; that of seqno 0 where it was begun.</param>
/// <param name="FilesCopied">How many files were copied.</param>
/// <param name="BytesCopied">Their size in bytes.</param>
public sealed record BackupReport(BackupManifest Manifest, TransactionId Before, int FilesCopied, long BytesCopied);
