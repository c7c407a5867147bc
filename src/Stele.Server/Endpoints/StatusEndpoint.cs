using Stele.Replication;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary><c>GET /app/transactions/{transactionId}/status</c>: Pending or Committed.</summary>
internal static class StatusEndpoint
{
    /// <summary>Answers at once, with what is known now.</summary>
    public static Task<Answer> HandleAsync(Call call)
    {
        var id = call.PathTransaction();
        var status = Decision.Existing(call.Ledger.StatusOf(id), id);
        return Task.FromResult(Answer.Object(json =>
        {
            json.WriteString("state"u8, status == TransactionStatus.Committed ? "Committed"u8 : "Pending"u8);
            json.WriteString("transactionId"u8, id.ToString());
        }));
    }
}
