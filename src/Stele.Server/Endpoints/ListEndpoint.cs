using Stele.Replication;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary><c>GET /app/transactions</c>: a collection's entries from one id to another, page by page.</summary>
internal static class ListEndpoint
{
    /// <summary>Waits for the range's ends to commit, so that no page leaves out what its caller just wrote.</summary>
    public static async Task<Answer> HandleAsync(Call call)
    {
        var collection = call.Collection();
        var from = call.Transaction("fromTransactionId");
        var to = call.Transaction("toTransactionId");
        var tag = call.Tag();
        if (from > to)
        {
            throw RefusedException.Parameter(
                "The range is reversed: fromTransactionId must not be after toTransactionId.");
        }

        await SettleAsync(call, from);
        await SettleAsync(call, to);
        var newestFirst = call.NewestFirst();
        var page = call.Ledger.List(collection, from, to, tag, newestFirst);
        return Answer.Object(json =>
        {
            EntryJson.WriteList(json, page.Entries, call.Version);
            if (page.Continuation is { } next)
            {
                PageLink.Write(
                    json,
                    call,
                    (call.Version.CollectionName, collection.Value),
                    ("fromTransactionId", (newestFirst ? from : next)?.ToString()),
                    ("toTransactionId", (newestFirst ? next : to)?.ToString()),
                    ("tag", tag),
                    ("order", newestFirst ? Parameters.Descending : null));
            }

            json.WriteString("state"u8, "Ready"u8);
        });
    }

    /// <summary>Waits until an end of a range is decided.</summary>
    /// <remarks>
    /// An id that is still to come is no error: whoever follows a collection asks from behind the last entry they have.
    /// </remarks>
    public static async Task SettleAsync(Call call, TransactionId? end)
    {
        if (end is not { } id) return;
        var status = await call.Ledger.WhenDecidedAsync(id, call.Gone);
        if (status != TransactionStatus.Unknown) Decision.Existing(status, id);
    }
}
