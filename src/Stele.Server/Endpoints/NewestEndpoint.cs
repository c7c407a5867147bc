using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary><c>GET /app/entries</c>: the newest entries of all collections, newest first, page by page.</summary>
internal static class NewestEndpoint
{
    /// <summary>Waits for the newest one asked for to commit. A page may have none, and a link on to older ones.</summary>
    public static async Task<Answer> HandleAsync(Call call)
    {
        var to = call.Transaction("toTransactionId");
        await ListEndpoint.SettleAsync(call, to);
        var page = call.Ledger.Newest(to);
        return Answer.Object(json =>
        {
            EntryJson.WriteList(json, page.Entries, call.Version);
            if (page.Continuation is { } next) PageLink.Write(json, call, ("toTransactionId", next.ToString()));
        });
    }
}
