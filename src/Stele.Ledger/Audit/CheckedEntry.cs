using Stele.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Secrets;

namespace Stele.Ledger.Audit;

/// <summary>All that can be said of an entry before its place in the ledger is looked at; any thread may find it out.</summary>
/// <param name="Id">The transaction, as the entry says it.</param>
/// <param name="Leaf">Its leaf in the Merkle tree.</param>
/// <param name="Fault">Why it is not what was sealed; none where it is, or where nobody can tell.</param>
/// <param name="Statement">What it says of signers; null for most.</param>
internal readonly record struct CheckedEntry(TransactionId Id, Digest Leaf, FormatException? Fault, SignerStatement? Statement)
{
    /// <summary>Checks an entry and opens it.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="secrets">The ledger secrets; null for an auditor who has none.</param>
    /// <param name="privateWrites">What it writes to private tables; nothing where there is no secret for it.</param>
    public static CheckedEntry Of(LedgerEntry entry, LedgerSecrets? secrets, out WriteSet privateWrites)
    {
        privateWrites = new WriteSet();
        var (secret, fault) = (secrets?.For(entry.Id.SeqNo), default(FormatException));
        try
        {
            if (secret is not null) fault = SealFault(entry, secret, entry.TryOpen(secret, out privateWrites));
        }
        catch (FormatException notTables)
        {
            fault = notTables;
        }
        return new CheckedEntry(entry.Id, entry.Leaf, fault, SignerStatement.Of(entry));
    }

    /// <summary>Checks an entry, which is opened where it lies, and reads ahead what it says of signers.</summary>
    /// <param name="bytes">The whole entry.</param>
    /// <param name="secrets">The ledger secrets; null for an auditor who has none.</param>
    /// <exception cref="FormatException">The bytes are not an entry.</exception>
    public static CheckedEntry InPlace(Memory<byte> bytes, LedgerSecrets? secrets)
    {
        var entry = LedgerEntry.ParseForAudit(bytes);
        var leaf = entry.Leaf; // before it is opened: the leaf is over what was sealed
        var statement = SignerStatement.Of(entry);
        statement?.ReadAhead();
        var (secret, fault) = (secrets?.For(entry.Id.SeqNo), default(FormatException));
        try
        {
            if (secret is not null) fault = SealFault(entry, secret, entry.TryOpenInPlace(secret, bytes));
        }
        catch (FormatException notTables)
        {
            fault = notTables;
        }
        return new CheckedEntry(entry.Id, leaf, fault, statement);
    }

    private static FormatException? SealFault(LedgerEntry entry, LedgerSecret secret, bool isOpen)
    {
        if (!isOpen) return new FormatException(
            "The entry does not open under the ledger secret: it is not what was sealed, or was sealed with a newer one, unknown here.");
        return entry.HasCommitEvidence && entry.CommitEvidenceDigest != secret.CommitEvidenceDigest(entry.Id)
            ? new FormatException("The commit evidence digest is not that of this transaction.")
            : null;
    }
}
