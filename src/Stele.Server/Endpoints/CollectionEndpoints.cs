using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary>The collections of the ledger, and the tags in one.</summary>
internal static class CollectionEndpoints
{
    /// <summary><c>GET /app/subLedgerIds</c>: all of them at once, as the oldest version has it.</summary>
    public static Task<Answer> SubLedgersAsync(Call call) => Task.FromResult(Answer.Object(json =>
    {
        json.WriteStartArray("subLedgerIds"u8);
        IReadOnlyList<CollectionId> page;
        CollectionId? after = null;
        do
        {
            page = call.Ledger.Collections(after, PageLink.NamesPerPage);
            foreach (var collection in page) json.WriteStringValue(collection.Value);
            if (page.Count > 0) after = page[^1];
        }
        while (page.Count == PageLink.NamesPerPage);
        json.WriteEndArray();
    }));

    /// <summary><c>GET /app/collections</c>, by page.</summary>
    public static Task<Answer> CollectionsAsync(Call call)
    {
        var page = call.Ledger.Collections(call.Collection(PageLink.AfterName), PageLink.NamesPerPage + 1);
        return Task.FromResult(Answer.Object(json =>
        {
            json.WriteStartArray("collections"u8);
            foreach (var collection in page.Take(PageLink.NamesPerPage))
            {
                json.WriteStartObject();
                json.WriteString("collectionId"u8, collection.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (page.Count > PageLink.NamesPerPage)
                PageLink.Write(json, call, (PageLink.AfterName, page[PageLink.NamesPerPage - 1].Value));
        }));
    }

    /// <summary><c>GET /app/collections/tags</c>.</summary>
    public static Task<Answer> TagsAsync(Call call)
    {
        var tags = call.Ledger.Tags(call.Collection());
        return Task.FromResult(Answer.Object(json =>
        {
            json.WriteStartArray("tags"u8);
            foreach (var tag in tags) json.WriteStringValue(tag);
            json.WriteEndArray();
        }));
    }
}
