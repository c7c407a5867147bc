using System.Text;
using System.Text.Json;
using Stele.Governance.Users;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;

namespace Stele.Server.Functions;

/// <summary>User-defined endpoints, as ACL has them put: what there is at which path, and the modules behind it.</summary>
/// <param name="Endpoints">The endpoints, with their properties as JSON.</param>
/// <param name="Modules">The modules: name to code.</param>
internal sealed record Bundle(
    IReadOnlyList<(UserEndpoint Endpoint, string Json)> Endpoints, IReadOnlyDictionary<string, string> Modules)
{
    private const int EndpointsMax = 200;
    private const int ModulesMax = 200;
    private const int NameLengthMax = 256;
    private static readonly string[] Methods = ["get", "put", "post", "patch", "delete"];

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => Endpoints.Count == 0;

    /// <summary>What whoever sets it may do. Code can read, and hands it to whoever calls: so its author may read.</summary>
    public IReadOnlyList<Permission> Permissions =>
        IsEmpty && Modules.Count == 0 ? [Permission.WriteEndpoints] : [Permission.WriteEndpoints, Permission.Read];

    /// <summary>Reads a bundle.</summary>
    /// <exception cref="FormatException">It is not as it must be.</exception>
    public static Bundle Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("metadata", out var metadata)
            || metadata.ValueKind != JsonValueKind.Object || !metadata.TryGetProperty("endpoints", out var paths)
            || paths.ValueKind != JsonValueKind.Object || !json.TryGetProperty("modules", out var modules))
            throw new FormatException("A bundle has metadata with endpoints, and modules.");
        var code = ReadModules(modules);
        List<(UserEndpoint, string)> endpoints = [];
        foreach (var path in paths.EnumerateObject())
        {
            RefusePath(path.Name);
            if (path.Value.ValueKind != JsonValueKind.Object) throw new FormatException($"What stands at {path.Name} must be an object.");
            foreach (var method in path.Value.EnumerateObject().Where(method => method.Value.ValueKind != JsonValueKind.Null))
                endpoints.Add(ReadEndpoint(path.Name, method, code));
        }
        return endpoints.Count <= EndpointsMax && code.Count <= ModulesMax
            ? new Bundle(endpoints, code)
            : throw new FormatException($"A bundle has at most {EndpointsMax} endpoints and {ModulesMax} modules.");
    }

    /// <summary>The text of a module that one of these imports; null where there is none.</summary>
    public string? Import(string name) => Modules.GetValueOrDefault(name.TrimStart('/'));

    /// <summary>The modules that a ledger has.</summary>
    public static Dictionary<string, string> ModulesOf(IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> rows) =>
        rows.ToDictionary(
            row => Encoding.UTF8.GetString(row.Key.Span), row => Encoding.UTF8.GetString(row.Value.Span), StringComparer.Ordinal);

    /// <summary>Writes the bundle that a ledger has.</summary>
    public static void Write(Utf8JsonWriter json, LedgerTables tables)
    {
        json.WriteStartObject("metadata"u8);
        json.WriteStartObject("endpoints"u8);
        foreach (var path in tables.Rows(FunctionTables.Endpoints).GroupBy(row => UserEndpoint.SplitKey(row.Key).Path))
        {
            json.WriteStartObject(path.Key);
            foreach (var (key, row) in path)
            {
                json.WritePropertyName(UserEndpoint.SplitKey(key).Method.ToLowerInvariant());
                json.WriteRawValue(row.Span);
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("modules"u8);
        foreach (var (name, code) in ModulesOf(tables.Rows(FunctionTables.Modules)))
        {
            json.WriteStartObject();
            WriteModule(json, name, code);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes the members of a module.</summary>
    public static void WriteModule(Utf8JsonWriter json, string name, string code)
    {
        json.WriteString("name"u8, name);
        json.WriteString("module"u8, code);
    }

    private static (UserEndpoint, string) ReadEndpoint(string path, JsonProperty method, Dictionary<string, string> code)
    {
        if (!Methods.Contains(method.Name, StringComparer.Ordinal))
            throw new FormatException($"There are the methods {string.Join(", ", Methods)}.");
        var endpoint = UserEndpoint.Read(method.Name.ToUpperInvariant(), path, method.Value);
        return code.ContainsKey(endpoint.Module)
            ? (endpoint, method.Value.GetRawText())
            : throw new FormatException($"{endpoint.Method} {path} names a module that is not in the bundle.");
    }

    // ACL's descriptions have a list; one of them has an object.
    private static Dictionary<string, string> ReadModules(JsonElement json)
    {
        var modules = new Dictionary<string, string>(StringComparer.Ordinal);
        IEnumerable<(JsonElement Name, JsonElement Code)> list = json.ValueKind == JsonValueKind.Array
            ? json.EnumerateArray().Select(module => (Member(module, "name"), Member(module, "module")))
            : throw new FormatException("The modules of a bundle are a list.");
        foreach (var (name, code) in list)
        {
            var text = name.GetString()!.TrimStart('/');
            if (text.Length is 0 or > NameLengthMax || !text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '~' or '/'))
                throw new FormatException($"A module's name has 1 to {NameLengthMax} letters, digits, dots, hyphens and slashes.");
            if (!modules.TryAdd(text, code.GetString()!)) throw new FormatException("Each module has another name.");
        }
        return modules;
    }

    private static JsonElement Member(JsonElement module, string name) =>
        module.ValueKind == JsonValueKind.Object && module.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value
            : throw new FormatException("A module has a name and a module, its text.");

    private static void RefusePath(string path)
    {
        var isSound = path.Length <= NameLengthMax && path.StartsWith('/') && path[1..].Split('/').All(IsSegment);
        if (!isSound) throw new FormatException("A path is like /accounts/{name}: letters, digits, dots, hyphens, and names in braces.");
    }

    private static bool IsSegment(string segment)
    {
        var name = segment.StartsWith('{') && segment.EndsWith('}') ? segment[1..^1] : segment;
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '~' or ':');
    }
}

/// <summary>Sets the user-defined endpoints, all of them. There are functions or endpoints, never both.</summary>
/// <param name="bundle">The endpoints.</param>
/// <param name="by">Who asks for it.</param>
internal sealed class SetEndpoints(Bundle bundle, UserId by) : ICommand<bool>
{
    /// <summary>Sets them.</summary>
    /// <returns>Whether it did; not where whoever asks may not.</returns>
    public bool Execute(Transaction transaction)
    {
        var tables = transaction.State;
        if (!Rights.HaveAll(tables, by, bundle.Permissions)) return false;
        foreach (var (key, _) in tables.Rows(FunctionTables.Endpoints)) transaction.Remove(FunctionTables.Endpoints, key);
        foreach (var (key, _) in tables.Rows(FunctionTables.Modules)) transaction.Remove(FunctionTables.Modules, key);
        if (!bundle.IsEmpty)
            foreach (var (key, _) in tables.Rows(FunctionTables.Functions)) transaction.Remove(FunctionTables.Functions, key);
        foreach (var (endpoint, json) in bundle.Endpoints)
        {
            transaction.Put(
                FunctionTables.Endpoints, UserEndpoint.Key(endpoint.Method, endpoint.Path), Encoding.UTF8.GetBytes(json));
        }
        foreach (var (name, code) in bundle.Modules)
            transaction.Put(FunctionTables.Modules, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(code));
        return true;
    }
}
