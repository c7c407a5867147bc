namespace Stele.Ledger.Backups;

/// <summary>A backup that cannot be taken or used; the message says why, and what would be right.</summary>
/// <param name="message">For the operator.</param>
/// <param name="isDamage">Whether what the backup holds is not what its manifest says.</param>
public sealed class BackupException(string message, bool isDamage = false) : Exception(message)
{
    /// <summary>Whether what the backup holds is not what its manifest says: it does not verify.</summary>
    public bool IsDamage => isDamage;
}
