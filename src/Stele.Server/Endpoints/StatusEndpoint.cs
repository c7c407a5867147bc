using Stele.Replication;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary><c>GET /app/transactions/{transactionId}/status</c>: Pending or Committed.</summary>
internal static class StatusEndpoint
{
    /// <summary>Answers with what is known now; of what another node has just written, as soon as it is here.</summary>
    public static async Task<Answer> HandleAsync(Call call)
    {
        var id = call.PathTransaction();
        var status = Decision.Existing(await call.Ledger.WhenKnownAsync(id, call.Gone), id);
        return Answer.Object(json =>
        {
            json.WriteString("state"u8, status == TransactionStatus.Committed ? "Committed"u8 : "Pending"u8);
            json.WriteString("transactionId"u8, id.ToString());
        });
    }
}
