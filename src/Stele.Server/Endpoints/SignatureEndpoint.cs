using System.Globalization;
using Stele.Replication;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary>
/// <c>GET /app/signatures</c>: when a transaction was signed, and what was signed first at a moment or later. The times are those that
/// the service signed with: its nodes' clocks say them, and no receipt proves them.
/// </summary>
internal static class SignatureEndpoint
{
    /// <summary>Waits while the transaction asked for is Pending.</summary>
    public static async Task<Answer> HandleAsync(Call call)
    {
        var (time, id) = (call.Moment("time"), call.Transaction("transactionId"));
        if (time is null == id is null) throw RefusedException.Parameter("Give either time or transactionId.");
        var found = time is { } moment ? call.Ledger.SignatureSince(moment) : await OfAsync(call, id!.Value);
        if (found is null)
        {
            throw RefusedException.NotFound(ErrorCodes.ResourceNotFound, time is null
                ? $"No signature covers {id} yet; one comes with the next write."
                : "All signatures are older than this moment.");
        }
        return Answer.Object(json =>
        {
            json.WriteString("firstTransactionId"u8, found.First.ToString());
            json.WriteString("time"u8, found.Time?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            json.WriteString("transactionId"u8, found.Signature.ToString());
        });
    }

    private static async Task<SignedStretch?> OfAsync(Call call, TransactionId id) =>
        await Decision.OfAsync(call, id) == TransactionStatus.Pending ? null : call.Ledger.SignatureOf(id);
}
