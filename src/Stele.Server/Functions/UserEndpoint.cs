using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Stele.Ledger.Tables;

namespace Stele.Server.Functions;

/// <summary>A user-defined endpoint.</summary>
/// <param name="Method">Its method, in upper case.</param>
/// <param name="Path">Its path behind <c>/app</c>, in which a segment may stand for any: <c>/accounts/{name}</c>.</param>
/// <param name="Module">The module with its function.</param>
/// <param name="Function">The function.</param>
/// <param name="Policies">Ways to know who calls, each with all that must be shown; one is enough.</param>
/// <param name="OnlyReads">Whether it may not write.</param>
internal sealed record UserEndpoint(
    string Method, string Path, string Module, string Function, IReadOnlyList<IReadOnlyList<string>> Policies, bool OnlyReads)
{
    private const string Prefix = "/app";

    /// <summary>The endpoints of a path, by the methods there are, and what its names in braces stand for.</summary>
    public static IReadOnlyList<(UserEndpoint Endpoint, IReadOnlyDictionary<string, string> Parameters)> Of(
        LedgerTables tables, string path)
    {
        if (!path.StartsWith(Prefix + "/", StringComparison.Ordinal)) return [];
        var best = new List<(UserEndpoint, IReadOnlyDictionary<string, string>)>();
        var fewest = int.MaxValue;
        foreach (var (key, row) in tables.Rows(FunctionTables.Endpoints))
        {
            var (method, template) = SplitKey(key);
            if (!Matches(template, path[Prefix.Length..], out var parameters) || parameters.Count > fewest) continue;
            // A path that says more goes before one that says less.
            if (parameters.Count < fewest) best.Clear();
            fewest = parameters.Count;
            using var json = JsonDocument.Parse(row);
            best.Add((Read(method, template, json.RootElement), parameters));
        }
        return best;
    }

    /// <summary>Reads its properties, in CCF's terms.</summary>
    /// <exception cref="FormatException">They are not as they must be.</exception>
    public static UserEndpoint Read(string method, string path, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new FormatException($"The properties of {method} {path} must be an object.");
        string Text(string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : throw new FormatException($"{method} {path} has no {name}.");
        var mode = json.TryGetProperty("mode", out var set) ? set.ToString() : "readwrite";
        if (mode is not ("readwrite" or "readonly"))
            throw new FormatException($"The mode of {method} {path} must be readwrite or readonly: others are not provided.");
        return new UserEndpoint(
            method, path, Text("js_module").TrimStart('/'), Text("js_function"), CallerPolicy.ReadList(method, path, json),
            OnlyReads: mode == "readonly");
    }

    /// <summary>The key of an endpoint.</summary>
    public static byte[] Key(string method, string path) => Encoding.UTF8.GetBytes($"{method} {path}");

    /// <summary>The method and the path of a key.</summary>
    public static (string Method, string Path) SplitKey(ReadOnlyMemory<byte> key)
    {
        var text = Encoding.UTF8.GetString(key.Span);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return (text[..space], text[(space + 1)..]);
    }

    private static bool Matches(string template, string path, [NotNullWhen(true)] out IReadOnlyDictionary<string, string>? parameters)
    {
        parameters = null;
        var (names, values) = (template.Split('/'), path.Split('/'));
        if (names.Length != values.Length) return false;
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in names.Zip(values))
        {
            if (name.StartsWith('{') && value.Length > 0) found[name[1..^1]] = value;
            else if (name != value) return false;
        }
        parameters = found;
        return true;
    }
}
