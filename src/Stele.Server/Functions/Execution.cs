using System.Text.Json;

namespace Stele.Server.Functions;

/// <summary>How a user-defined function is to be run.</summary>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Function">The exported function.</param>
/// <param name="Options">What the caller says of the limits; none where nothing.</param>
internal sealed record Execution(IReadOnlyList<string> Arguments, string Function, JsonElement? Options)
{
    /// <summary>Without arguments, of the function <c>main</c>.</summary>
    public static readonly Execution Plain = new([], "main", Options: null);

    private const int ArgumentsMax = 256;

    /// <summary>Reads what a client says: <c>{"arguments","exportedFunctionName","runtimeOptions"}</c>.</summary>
    /// <exception cref="FormatException">It is not as it must be.</exception>
    public static Execution Read(JsonElement json)
    {
        var execution = Plain;
        if (json.ValueKind == JsonValueKind.Null) return execution;
        if (json.ValueKind != JsonValueKind.Object) throw new FormatException("Execution properties are a JSON object.");
        foreach (var member in json.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null) continue;
            execution = member.Name switch
            {
                "arguments" => execution with { Arguments = ReadArguments(member.Value) },
                "exportedFunctionName" => execution with { Function = ReadName(member.Value) },
                "runtimeOptions" => execution with { Options = ReadOptions(member.Value) },
                _ => throw new FormatException("There are arguments, exportedFunctionName and runtimeOptions, and nothing else."),
            };
        }
        return execution;
    }

    private static JsonElement ReadOptions(JsonElement json)
    {
        _ = RuntimeOptions.Default.With(json);
        return json.Clone();
    }

    private static string ReadName(JsonElement json) => json.ValueKind == JsonValueKind.String && json.GetString() is { Length: > 0 } name
        ? name
        : throw new FormatException("exportedFunctionName must be a string.");

    private static string[] ReadArguments(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array && json.GetArrayLength() <= ArgumentsMax
        && json.EnumerateArray().All(argument => argument.ValueKind == JsonValueKind.String)
            ? [.. json.EnumerateArray().Select(argument => argument.GetString()!)]
            : throw new FormatException($"arguments must be a list of at most {ArgumentsMax} strings.");
}

/// <summary>A user-defined function that is run with an entry.</summary>
/// <param name="Id">Which.</param>
/// <param name="Execution">How.</param>
internal sealed record Hook(FunctionId Id, Execution Execution);
