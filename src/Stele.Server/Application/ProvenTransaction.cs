using Stele.Receipts;

namespace Stele.Server.Application;

/// <summary>A receipt with what it proves.</summary>
/// <param name="Id">The transaction.</param>
/// <param name="Receipt">The receipt of its entry.</param>
/// <param name="Claims">The application claims behind the receipt's claims digest; none for a transaction that is no entry.</param>
public sealed record ProvenTransaction(TransactionId Id, Receipt Receipt, IReadOnlyList<ApplicationClaim> Claims);
