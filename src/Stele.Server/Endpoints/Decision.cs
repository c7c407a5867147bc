using Stele.Replication;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary>What has become of the transaction that a call asks for.</summary>
internal static class Decision
{
    /// <summary>Waits a bounded time while a transaction is Pending.</summary>
    /// <returns>Committed, or Pending when it is so still.</returns>
    /// <exception cref="RefusedException">There is no such transaction.</exception>
    public static async Task<TransactionStatus> OfAsync(Call call, TransactionId id) =>
        Existing(await call.Ledger.WhenDecidedAsync(id, call.Gone), id);

    /// <summary>Refuses a transaction that there is not.</summary>
    /// <exception cref="RefusedException">The status is Invalid or Unknown.</exception>
    public static TransactionStatus Existing(TransactionStatus status, TransactionId id) => status switch
    {
        // The official pollers give up at once on this code, as they should: the answer will never be another.
        TransactionStatus.Invalid => throw RefusedException.NotFound(
            ErrorCodes.InvalidTransactionId,
            $"There is no transaction {id} and never will be: it was never written, or was rolled back with its view."),
        // Any other code they take for a replica that has not caught up, and ask again.
        TransactionStatus.Unknown => throw RefusedException.NotFound(
            ErrorCodes.TransactionNotFound,
            $"This node knows of no transaction {id} yet; the header x-ms-ccf-transaction-id names the newest."),
        _ => status,
    };
}
