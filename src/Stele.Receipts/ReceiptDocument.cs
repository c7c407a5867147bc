namespace Stele.Receipts;

/// <summary>A receipt as a ledger answers it, or as it lies in a file.</summary>
/// <param name="Id">The transaction; none where the document is the bare receipt.</param>
/// <param name="Receipt">The receipt.</param>
/// <param name="Claims">The application claims that stand with it.</param>
public sealed record ReceiptDocument(TransactionId? Id, Receipt Receipt, IReadOnlyList<ApplicationClaim> Claims);
