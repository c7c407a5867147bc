using System.Text;
using System.Text.Json;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary><c>POST /app/transactions</c>: appends an entry to a collection.</summary>
/// <remarks>
/// <em>Before this:</em> <see cref="LedgerApi"/> has found the operation and checked who calls. <em>Here:</em> the body
/// becomes an entry's contents, and what the ledger says of it becomes ACL's answer. <em>Next:</em>
/// <see cref="Application.ConfidentialLedger.AppendAsync"/> hands it to the sequencer.
/// </remarks>
internal static class AppendEndpoint
{
    private const string Example = """{"contents":"text"}""";

    /// <summary>
    /// Answers once the entry is durable; with <c>waitForCommit</c> once it is committed, and then with its receipt.
    /// </summary>
    public static async Task<Answer> HandleAsync(Call call)
    {
        var collection = call.Collection();
        var tags = call.Tags();
        var wait = call.WaitForCommit();
        var contents = await ReadContentsAsync(call, collection);
        var id = await call.WriteAsync(() => call.Ledger.AppendAsync(collection, contents, tags, wait));
        return Answer.Object(
            json =>
            {
                json.WriteString(call.Version.CollectionName, collection.Value);
                if (wait) WriteProof(json, call, id);
            },
            id);
    }

    private static async Task<string> ReadContentsAsync(Call call, CollectionId collection)
    {
        using var body = await RequestBody.ReadJsonAsync(call.Http);
        var contents = ContentsOf(body.Span, collection, call.Version);
        if (Encoding.UTF8.GetByteCount(contents) > call.EntryBytesMax)
            throw RefusedException.TooLarge(call.EntryBytesMax);
        return contents;
    }

    private static string ContentsOf(ReadOnlySpan<byte> body, CollectionId collection, ApiVersion version)
    {
        string? contents = null;
        StrictJson.ReadObject(body, Example, (string name, ref Utf8JsonReader value) =>
        {
            switch (name)
            {
                case "contents":
                    contents = value.TokenType == JsonTokenType.String ? value.GetString() : throw NoText();
                    return true;
                case "preHooks" or "postHooks":
                    RefuseHooks(name, ref value);
                    return true;
                case "transactionId":
                    value.Skip();
                    return true;
                default:
                    return name == version.CollectionName && IsSame(ref value, collection, name);
            }
        });
        return contents ?? throw RefusedException.Input($"The body has no contents; it must be like {Example}.");
    }

    private static RefusedException NoText() => RefusedException.Input(
        $"contents must be a JSON string; put any other value into one, as text. The body must be like {Example}.");

    // An entry that was to be written only if its hooks succeed must not be written without them.
    private static void RefuseHooks(string name, ref Utf8JsonReader value)
    {
        var isEmpty = value.TokenType == JsonTokenType.Null
            || (value.TokenType == JsonTokenType.StartArray
                && value.Read()
                && value.TokenType == JsonTokenType.EndArray);
        if (!isEmpty) throw RefusedException.Input($"{name} is not supported by this release; leave it out.");
    }

    // The member is read-only: a client that reads an entry and writes it back sends it along.
    private static bool IsSame(ref Utf8JsonReader value, CollectionId collection, string name)
    {
        if (value.TokenType == JsonTokenType.Null) return true;
        if (value.TokenType == JsonTokenType.String && value.GetString() == collection.Value) return true;
        throw RefusedException.Input(
            $"{name} in the body is another collection than the query names; name it in the query.");
    }

    private static void WriteProof(Utf8JsonWriter json, Call call, TransactionId id)
    {
        var proven = call.Ledger.ReceiptOf(id)
            ?? throw new InvalidOperationException($"The entry {id} has no receipt.");
        json.WriteString("state"u8, "Committed"u8);
        json.WriteString("transactionId"u8, id.ToString());
        ReceiptJson.Write(json, proven, call.Version);
    }
}
