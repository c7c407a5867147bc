using Stele.Replication;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary><c>GET /app/transactions/{transactionId}/receipt</c>: the proof that it is in the ledger.</summary>
internal static class ReceiptEndpoint
{
    /// <summary>Waits while the transaction is Pending; answers <c>Loading</c> only if it is so still.</summary>
    public static async Task<Answer> HandleAsync(Call call)
    {
        var id = call.PathTransaction();
        if (await Decision.OfAsync(call, id) == TransactionStatus.Pending) return Loading(call, id);
        var proven = call.Ledger.ReceiptOf(id) ?? throw RefusedException.NotFound(
            ErrorCodes.ResourceNotFound,
            $"{id} is the newest signature transaction; its receipt comes with the next one, behind the next write.");
        return Answer.Object(json =>
        {
            ReceiptJson.Write(json, proven, call.Version);
            json.WriteString("state"u8, "Ready"u8);
            json.WriteString("transactionId"u8, id.ToString());
        });
    }

    private static Answer Loading(Call call, TransactionId id) => Answer.Object(json =>
    {
        // The oldest client reads the receipt's members even now, and all that it reads must be there.
        if (call.Version == ApiVersion.V01Preview)
        {
            json.WriteStartObject("receipt"u8);
            foreach (var name in (string[])["cert", "leaf", "nodeId", "root", "signature"]) json.WriteString(name, "");
            json.WriteStartArray("proof"u8);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("receipt"u8);
        }

        json.WriteString("state"u8, "Loading"u8);
        json.WriteString("transactionId"u8, id.ToString());
    });
}
