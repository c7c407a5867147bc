using System.Text.Json;
using Azure;
using Azure.Core;
using Stele.Client.Pipeline;
using Stele.Receipts;

namespace Stele.Client.Calls;

/// <summary>What is asked of a ledger about entries and transactions: each call once, for both kinds of methods.</summary>
internal static class EntryCalls
{
    private const string Transactions = "/app/transactions";

    public static LedgerCall<PostedEntry> Post(LedgerPipeline ledger, NewEntry entry, bool waits)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var path = ledger.Path(Transactions)
            .With(entry.Collection)
            .With("tags", TagsOf(entry))
            .With("waitForCommit", waits ? "true" : null);
        var body = JsonBody.Object(json =>
        {
            json.WriteText("contents", entry.Contents);
            WriteHooks(json, "preHooks", entry.PreHooks);
            WriteHooks(json, "postHooks", entry.PostHooks);
        });
        return new("LedgerClient.PostEntry", RequestMethod.Post, path.ToString(), ReadPosted) { Body = body };
    }

    public static LedgerCall<LedgerEntry> Get(LedgerPipeline ledger, TransactionId id, CollectionId? collection)
    {
        var path = ledger.Path($"{Transactions}/{id}").With(collection);
        return new("LedgerClient.GetEntry", RequestMethod.Get, path.ToString(), (json, _) => ReadEntry(json.GetProperty("entry")));
    }

    public static LedgerCall<LedgerEntry> Current(LedgerPipeline ledger, CollectionId? collection)
    {
        var path = ledger.Path($"{Transactions}/current").With(collection);
        return new("LedgerClient.GetCurrentEntry", RequestMethod.Get, path.ToString(), (json, _) => ReadEntry(json));
    }

    public static LedgerPages<LedgerEntry> List(
        LedgerPipeline ledger, CollectionId? collection, TransactionId? from, TransactionId? to, string? tag, bool newestFirst)
    {
        var path = ledger.Path(Transactions)
            .With(collection)
            .With("fromTransactionId", from?.ToString())
            .With("toTransactionId", to?.ToString())
            .With("tag", tag)
            .With("order", newestFirst ? "descending" : null);
        return new("LedgerClient.GetEntries", path.ToString(), "entries", ReadEntry);
    }

    public static LedgerPages<CollectionId> Collections(LedgerPipeline ledger) => new(
        "LedgerClient.GetCollections", ledger.Path("/app/collections").ToString(), "collections",
        json => new CollectionId(json.Text("collectionId")));

    public static LedgerPages<string> Tags(LedgerPipeline ledger, CollectionId? collection)
    {
        var path = ledger.Path("/app/collections/tags").With(collection);
        return new("LedgerClient.GetTags", path.ToString(), "tags", json => json.GetString()!);
    }

    public static LedgerCall<TransactionStatus> Status(LedgerPipeline ledger, TransactionId id) => new(
        "LedgerClient.GetTransactionStatus", RequestMethod.Get, ledger.Path($"{Transactions}/{id}/status").ToString(),
        (json, _) => new TransactionStatus(
            JsonText.Transaction(json.Text("transactionId")), new TransactionState(json.Text("state"))));

    public static LedgerCall<ReceiptDocument> Receipt(LedgerPipeline ledger, TransactionId id) => new(
        "LedgerClient.GetReceipt", RequestMethod.Get, ledger.Path($"{Transactions}/{id}/receipt").ToString(),
        (_, response) => ReceiptJson.Read(response.Content.ToMemory()));

    // They go over the wire with commas between them: one with a comma would become two, and no tag at all none.
    private static string? TagsOf(NewEntry entry)
    {
        if (entry.Tags.Any(tag => string.IsNullOrEmpty(tag) || tag.Contains(',', StringComparison.Ordinal)))
            throw new ArgumentException("A tag is not empty, and has no comma.", nameof(entry));
        return entry.Tags.Count > 0 ? string.Join(',', entry.Tags) : null;
    }

    private static LedgerEntry ReadEntry(JsonElement json) => new(
        JsonText.Transaction(json.Text("transactionId")), new CollectionId(json.Text("collectionId")), json.Text("contents"));

    private static PostedEntry ReadPosted(JsonElement json, Response response)
    {
        var id = response.Headers.TryGetValue(LedgerPipeline.TransactionHeader, out var text) ? text : json.OptionalText("transactionId");
        var state = json.OptionalText("state");
        // The specification and its own example name the state differently.
        return new PostedEntry(
            JsonText.Transaction(id), new CollectionId(json.Text("collectionId")), IsCommitted: state is "Committed" or "Ready");
    }

    private static void WriteHooks(Utf8JsonWriter json, string name, IReadOnlyList<EntryHook> hooks)
    {
        if (hooks.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var hook in hooks)
        {
            json.WriteStartObject();
            json.WriteText("functionId", hook.FunctionId);
            if (hook.Call is { } call)
            {
                json.WriteStartObject("properties");
                json.Write(call);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

/// <summary>What a ledger says of an entry that it took.</summary>
internal readonly record struct PostedEntry(TransactionId Id, CollectionId Collection, bool IsCommitted);
