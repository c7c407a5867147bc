using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Stele.Governance.Users;
using Stele.Scripting;
using Stele.Server.Api;
using Stele.Server.Functions;

namespace Stele.Server.Endpoints;

/// <summary>ACL's user-defined endpoints (<c>/app/userDefinedEndpoints</c>): what they are, and what scripts may use.</summary>
internal static class BundleEndpoints
{
    /// <summary>The query parameter that names a module.</summary>
    public const string ModuleName = "module_name";

    private const int BodyBytesMax = 1 << 20;
    private const string Example =
        """{"metadata":{"endpoints":{"/x":{"get":{"js_module":"a.js","js_function":"f","authn_policies":["user_cert"],"""
        + """ "forwarding_required":"always","mode":"readonly"}}}},"modules":[{"name":"a.js","module":"text"}]}""";

    /// <summary><c>GET /app/userDefinedEndpoints</c>.</summary>
    public static Task<Answer> GetAsync(Call call) => Task.FromResult(Answer.Object(json => Bundle.Write(json, call.Ledger.Tables)));

    /// <summary><c>PUT /app/userDefinedEndpoints</c>: sets them all; an empty bundle takes them away.</summary>
    public static async Task<Answer> PutAsync(Call call)
    {
        FunctionEndpoints.RaiseBodyLimit(call.Http, BodyBytesMax);
        using var body = await RequestBody.ReadJsonAsync(call.Http);
        var bundle = Read(body.Memory, Example, Bundle.Read);
        if (!Rights.HaveAll(call.Ledger.Tables, call.Caller.Id, bundle.Permissions)) throw FunctionEndpoints.Beyond();
        foreach (var (endpoint, _) in bundle.Endpoints)
        {
            if (Operations.Of("/app" + endpoint.Path, out var _).Count > 0)
                throw RefusedException.Input($"{endpoint.Path} is a path of the ledger's own; choose another.");
        }
        foreach (var module in bundle.Endpoints.Select(one => one.Endpoint.Module).Distinct(StringComparer.Ordinal))
        {
            var script = new Script(module, bundle.Modules[module]) { Imports = bundle.Import };
            if (await call.Ledger.Functions.CheckAsync(script, call.Gone) is { } error)
                throw RefusedException.Input($"The module {module} cannot be taken: {error}");
        }
        var outcome = await call.WriteAsync(() => call.Ledger.SetEndpointsAsync(bundle, call.Caller.Id));
        return outcome.Result
            ? new Answer(StatusCodes.Status201Created, WriteBody: null, outcome.Id)
            : Answer.Of(FunctionEndpoints.Beyond().Error);
    }

    /// <summary><c>GET /app/userDefinedEndpoints/modules</c>: one module.</summary>
    public static Task<Answer> ModuleAsync(Call call)
    {
        if (!call.Query.TryGet(ModuleName, out var name)) throw RefusedException.Parameter($"{ModuleName} must name a module.");
        var modules = Bundle.ModulesOf(call.Ledger.Tables.Rows(FunctionTables.Modules));
        return modules.TryGetValue(name.TrimStart('/'), out var code)
            ? Task.FromResult(Answer.Object(json => Bundle.WriteModule(json, name.TrimStart('/'), code)))
            : throw RefusedException.NotFound(ErrorCodes.ResourceNotFound, "There is no module of this name.");
    }

    /// <summary><c>GET /app/userDefinedEndpoints/runtimeOptions</c>: what holds for functions too.</summary>
    public static Task<Answer> OptionsAsync(Call call) =>
        Task.FromResult(Answer.Object(RuntimeOptions.Of(call.Ledger.Tables).WriteMembers));

    /// <summary><c>PATCH /app/userDefinedEndpoints/runtimeOptions</c>: changes those that are named.</summary>
    public static async Task<Answer> SetOptionsAsync(Call call)
    {
        using var body = await RequestBody.ReadJsonAsync(call.Http);
        var changes = Read(body.Memory, """{"max_execution_time_ms":2000}""", json =>
        {
            _ = RuntimeOptions.Default.With(json);
            return json.Clone();
        });
        var outcome = await call.WriteAsync(() => call.Ledger.SetRuntimeOptionsAsync(changes, call.Caller.Id));
        return outcome.Result is { } options
            ? Answer.Object(options.WriteMembers, outcome.Id)
            : Answer.Of(FunctionEndpoints.Beyond().Error);
    }

    private static T Read<T>(ReadOnlyMemory<byte> body, string example, Func<JsonElement, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
            return read(json.RootElement);
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or InvalidOperationException)
        {
            var why = malformed is FormatException ? malformed.Message : "The body is not JSON in UTF-8.";
            throw RefusedException.Input($"{why} It must be like {example}.");
        }
    }
}
