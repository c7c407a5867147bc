using Stele.Replication;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary>One entry: the one that a transaction wrote, or a collection's newest.</summary>
internal static class EntryEndpoints
{
    /// <summary><c>GET /app/transactions/{transactionId}</c>; waits while the transaction is Pending.</summary>
    public static async Task<Answer> ByIdAsync(Call call)
    {
        var id = call.PathTransaction();
        var collection = call.Collection();
        if (await Decision.OfAsync(call, id) == TransactionStatus.Pending)
            return Answer.Object(json => json.WriteString("state"u8, "Loading"u8));
        var entry = call.Ledger.EntryAt(id, collection) ?? throw RefusedException.NotFound(
            ErrorCodes.UnknownLedgerEntry,
            $"Transaction {id} wrote no entry to the collection asked for; "
            + $"name the entry's collection in {call.Version.CollectionName}.");
        return Answer.Object(json =>
        {
            json.WriteString("state"u8, "Ready"u8);
            json.WriteStartObject("entry"u8);
            EntryJson.WriteMembers(json, entry, call.Version);
            json.WriteEndObject();
        });
    }

    /// <summary><c>GET /app/transactions/current</c>.</summary>
    public static Task<Answer> CurrentAsync(Call call)
    {
        var entry = call.Ledger.CurrentEntry(call.Collection()) ?? throw RefusedException.NotFound(
            ErrorCodes.UnknownLedgerEntry, "The collection asked for has no entry yet.");
        return Task.FromResult(Answer.Object(json => EntryJson.WriteMembers(json, entry, call.Version)));
    }
}
