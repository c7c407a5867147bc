namespace Stele.Receipts;

/// <summary>A receipt as a ledger answers it, or as it lies in a file.</summary>
/// <param name="Id">The transaction; none where the document is the bare receipt.</param>
/// <param name="Receipt">The receipt.</param>
/// <param name="Claims">The application claims that stand with it.</param>
public sealed record ReceiptDocument(TransactionId? Id, Receipt Receipt, IReadOnlyList<ApplicationClaim> Claims)
{
    /// <summary>
    /// The entries that the receipt proves, once it is verified with its claims: those that its claims say, one for each collection
    /// that the transaction wrote to. Where there is none, a verified receipt proves that the transaction is in the ledger, and
    /// nothing of its contents.
    /// </summary>
    public IReadOnlyList<ApplicationClaim.LedgerEntry> Entries => [.. Claims.OfType<ApplicationClaim.LedgerEntry>()];
}
