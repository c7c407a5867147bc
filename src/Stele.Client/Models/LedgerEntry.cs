namespace Stele.Client;

/// <summary>An entry as a ledger told it: as trustworthy as the node that told it. See <see cref="VerifiedEntry"/>.</summary>
public sealed class LedgerEntry
{
    internal LedgerEntry(TransactionId transactionId, CollectionId collection, string contents) =>
        (TransactionId, Collection, Contents) = (transactionId, collection, contents);

    /// <summary>The transaction that wrote it; for a collection's current entry, the position that it was read at.</summary>
    public TransactionId TransactionId { get; }

    /// <summary>The collection that it is in.</summary>
    public CollectionId Collection { get; }

    /// <summary>What was appended.</summary>
    public string Contents { get; }
}
