using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Stele.Governance.Users;
using Stele.Server.Api;
using Stele.Server.Functions;

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
        var body = await ReadAsync(call, collection);
        var entry = new NewEntry(collection, body.Contents, tags, wait);
        var id = body.HasHooks
            ? await AppendWithHooksAsync(call, entry, body)
            : await call.WriteAsync(() => call.Ledger.AppendAsync(collection, body.Contents, tags, wait));
        return Answer.Object(
            json =>
            {
                json.WriteString(call.Version.CollectionName, collection.Value);
                if (wait) WriteProof(json, call, id);
            },
            id);
    }

    private static async Task<TransactionId> AppendWithHooksAsync(Call call, NewEntry entry, EntryBody body)
    {
        if (!call.Ledger.Allows(call.Caller, Permission.ExecuteFunctions))
            throw RefusedException.Forbidden($"Not allowed to append with hooks: {Permission.ExecuteFunctions} is needed.");
        var request = new RequestFacts(call.Http, default, call.Caller.Id.Value);
        var (id, failure) = await call.Ledger.Functions.AppendAsync(
            entry, body.Before, body.After, request, call.SubmitAsync, call.Gone);
        return failure switch
        {
            FunctionOutcome.Failed failed => throw new RefusedException(new ApiError(
                StatusCodes.Status500InternalServerError, ErrorCodes.InternalError, failed.Message)),
            FunctionOutcome.Missing missing => throw RefusedException.Input($"There is no user-defined function {missing.Id}."),
            _ => id!.Value,
        };
    }

    private static async Task<EntryBody> ReadAsync(Call call, CollectionId collection)
    {
        using var body = await RequestBody.ReadJsonAsync(call.Http);
        var entry = Read(body.Span, collection, call.Version);
        if (Encoding.UTF8.GetByteCount(entry.Contents) > call.EntryBytesMax)
            throw RefusedException.TooLarge(call.EntryBytesMax);
        if (entry.Before.Count + entry.After.Count > HookReading.HooksMax)
            throw RefusedException.Input($"An entry has at most {HookReading.HooksMax} hooks, before it and after it together.");
        return entry;
    }

    private static EntryBody Read(ReadOnlySpan<byte> body, CollectionId collection, ApiVersion version)
    {
        string? contents = null;
        IReadOnlyList<Hook> before = [], after = [];
        StrictJson.ReadObject(body, Example, (string name, ref Utf8JsonReader value) =>
        {
            switch (name)
            {
                case "contents":
                    contents = value.TokenType == JsonTokenType.String ? value.GetString() : throw NoText();
                    return true;
                case "preHooks":
                    before = ReadHooks(name, ref value, version);
                    return true;
                case "postHooks":
                    after = ReadHooks(name, ref value, version);
                    return true;
                case "transactionId":
                    value.Skip();
                    return true;
                default:
                    return name == version.CollectionName && IsSame(ref value, collection, name);
            }
        });
        return new EntryBody(
            contents ?? throw RefusedException.Input($"The body has no contents; it must be like {Example}."), before, after);
    }

    // An entry that was to be written only if its hooks succeed must not be written without them.
    private static IReadOnlyList<Hook> ReadHooks(string name, ref Utf8JsonReader value, ApiVersion version)
    {
        var hooks = HookReading.Read(name, ref value);
        return hooks.Count == 0 || version.IsWithin(ApiVersion.V2024December, last: null)
            ? hooks
            : throw RefusedException.Input($"{name} is not in api-version {version}; it is from {ApiVersion.V2024December} on.");
    }

    private static RefusedException NoText() => RefusedException.Input(
        $"contents must be a JSON string; put any other value into one, as text. The body must be like {Example}.");

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

    private sealed record EntryBody(string Contents, IReadOnlyList<Hook> Before, IReadOnlyList<Hook> After)
    {
        public bool HasHooks => Before.Count + After.Count > 0;
    }
}
