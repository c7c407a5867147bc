using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Stele.Governance.Users;
using Stele.Scripting;
using Stele.Server.Api;
using Stele.Server.Functions;

namespace Stele.Server.Endpoints;

/// <summary>ACL's user-defined functions (<c>/app/userDefinedFunctions</c>).</summary>
internal static class FunctionEndpoints
{
    /// <summary>The longest code in bytes.</summary>
    private const int CodeBytesMax = 256 << 10;

    private const string Example = """{"code":"export function main() { return 'text' }"}""";

    /// <summary><c>GET /app/userDefinedFunctions</c>: all of them.</summary>
    public static Task<Answer> ListAsync(Call call) => Task.FromResult(Answer.Object(json =>
    {
        json.WriteStartArray("functions"u8);
        foreach (var function in FunctionStore.List(call.Ledger.Tables))
        {
            json.WriteStartObject();
            WriteMembers(json, function);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }));

    /// <summary><c>GET /app/userDefinedFunctions/{functionId}</c>.</summary>
    public static Task<Answer> GetAsync(Call call)
    {
        var function = FunctionStore.Find(call.Ledger.Tables, IdOf(call)) ?? throw NoSuchFunction();
        return Task.FromResult(Answer.Object(json => WriteMembers(json, function)));
    }

    /// <summary><c>PUT /app/userDefinedFunctions/{functionId}</c>: creates a function, or gives it other code.</summary>
    public static async Task<Answer> PutAsync(Call call)
    {
        var id = IdOf(call);
        RaiseBodyLimit(call.Http, CodeBytesMax * 2);
        using var body = await RequestBody.ReadJsonAsync(call.Http);
        var function = new UserFunction(id, ReadCode(body.Span));
        // Before its statements at the top run: what they read, an error would tell.
        if (!Rights.HaveAll(call.Ledger.Tables, call.Caller.Id, Permission.Read)) throw Beyond();
        if (await call.Ledger.Functions.CheckAsync(new Script(id.Value, function.Code), call.Gone) is { } error)
            throw RefusedException.Input($"The code cannot be taken: {error}");
        var outcome = await call.WriteAsync(() => call.Ledger.ChangeFunctionAsync(new SetFunction(function, call.Caller.Id)));
        return outcome.Result switch
        {
            FunctionChange.TooMany => Answer.Of(RefusedException.Input(
                $"A ledger has at most {FunctionStore.CountMax} user-defined functions.").Error),
            FunctionChange.BeyondCaller => Answer.Of(Beyond().Error),
            FunctionChange.HasEndpoints => Answer.Of(RefusedException.Input(
                "This ledger has user-defined endpoints, and so no functions. An empty bundle, "
                + """{"metadata":{"endpoints":{}},"modules":[]}""" + ", put to /app/userDefinedEndpoints makes room.").Error),
            var change => Answer.Object(json => WriteMembers(json, function), outcome.Id) with
            {
                Status = change == FunctionChange.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK,
            },
        };
    }

    /// <summary><c>DELETE /app/userDefinedFunctions/{functionId}</c>.</summary>
    public static async Task<Answer> DeleteAsync(Call call)
    {
        var command = new DeleteFunction(IdOf(call), call.Caller.Id);
        var outcome = await call.WriteAsync(() => call.Ledger.ChangeFunctionAsync(command));
        return outcome.Result switch
        {
            FunctionChange.Deleted => Answer.Nothing(outcome.Id),
            FunctionChange.BeyondCaller => Answer.Of(Beyond().Error),
            _ => Answer.Of(NoSuchFunction().Error),
        };
    }

    /// <summary><c>POST /app/userDefinedFunctions/{functionId}:execute</c>: also a function that fails is answered 200.</summary>
    public static async Task<Answer> ExecuteAsync(Call call)
    {
        var id = IdOf(call);
        using var body = await ReadOptionalAsync(call.Http);
        var function = new Hook(id, ReadExecution(body.Memory));
        var request = new RequestFacts(call.Http, body.Memory, call.Caller.Id.Value);
        var (transaction, outcome) = await call.Ledger.Functions.ExecuteAsync(function, request, call.SubmitAsync, call.Gone);
        return outcome switch
        {
            FunctionOutcome.Returned returned => Succeeded(returned.Value, transaction),
            FunctionOutcome.Failed failed => Failed(failed.Message),
            _ => throw NoSuchFunction(),
        };
    }

    /// <summary>Lets a request's body be longer than those of entries are.</summary>
    public static void RaiseBodyLimit(HttpContext http, long bytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit && limit.MaxRequestBodySize < bytes)
            limit.MaxRequestBodySize = bytes;
    }

    /// <summary>Refuses who may not store code.</summary>
    public static RefusedException Beyond() => RefusedException.Forbidden(
        "Refused: nobody gives or takes a right that they do not have. Code can read the newest entry of each collection, "
        + $"so whoever stores it must have the action {Permission.Read} too. An administrator has it.");

    private static Answer Succeeded(string value, TransactionId? transaction) => Answer.Object(
        json =>
        {
            json.WriteStartObject("result"u8);
            json.WriteString("returnValue"u8, value);
            json.WriteEndObject();
            json.WriteString("status"u8, "Succeeded"u8);
        },
        transaction);

    private static Answer Failed(string message) => Answer.Object(json =>
    {
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, message);
        json.WriteEndObject();
        json.WriteString("status"u8, "Failed"u8);
    });

    private static async Task<RequestBody> ReadOptionalAsync(HttpContext http) => http.Request.ContentType is null
        ? await RequestBody.ReadAsync(http)
        : await RequestBody.ReadJsonAsync(http);

    private static Execution ReadExecution(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) return Execution.Plain;
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            return Execution.Read(json.RootElement);
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or InvalidOperationException)
        {
            throw RefusedException.Input(
                (malformed is FormatException ? malformed.Message : "The body is not JSON in UTF-8.")
                + """ The body must be like {"arguments":["text"],"exportedFunctionName":"main"}.""");
        }
    }

    private static string ReadCode(ReadOnlySpan<byte> body)
    {
        string? code = null;
        StrictJson.ReadObject(body, Example, (string name, ref Utf8JsonReader value) =>
        {
            // The id is read-only: a client that reads a function and writes it back sends it along.
            if (name == "id") value.Skip();
            else if (name == "code" && value.TokenType == JsonTokenType.String) code = value.GetString();
            else return false;
            return true;
        });
        if (code is null) throw RefusedException.Input($"The body has no code; it must be like {Example}.");
        return Encoding.UTF8.GetByteCount(code) <= CodeBytesMax
            ? code
            : throw RefusedException.Input($"The code is too long: a function has at most {CodeBytesMax} bytes.");
    }

    private static void WriteMembers(Utf8JsonWriter json, UserFunction function)
    {
        json.WriteString("code"u8, function.Code);
        json.WriteString("id"u8, function.Id.Value);
    }

    private static FunctionId IdOf(Call call) => FunctionId.TryParse(call.PathValue, out var id) ? id : throw RefusedException.Input(
        $"A function's id has 1 to {FunctionId.MaxLength} letters, digits, dots, underscores, hyphens and tildes.");

    private static RefusedException NoSuchFunction() => RefusedException.NotFound(
        ErrorCodes.ResourceNotFound, "There is no user-defined function of this id; PUT /app/userDefinedFunctions/{functionId} makes one.");
}
