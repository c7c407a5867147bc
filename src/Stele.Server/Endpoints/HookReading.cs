using System.Text.Json;
using Stele.Server.Api;
using Stele.Server.Functions;

namespace Stele.Server.Endpoints;

/// <summary>The functions that a client wants run with an entry: <c>preHooks</c> and <c>postHooks</c>.</summary>
internal static class HookReading
{
    /// <summary>How many an entry has at most, before it and after it together.</summary>
    public const int HooksMax = 5;

    private const string Example = """[{"functionId":"name","properties":{"arguments":["text"]}}]""";

    /// <summary>Reads a list of hooks; none for <c>null</c>.</summary>
    /// <exception cref="RefusedException">It is not as it must be.</exception>
    public static IReadOnlyList<Hook> Read(string member, ref Utf8JsonReader value)
    {
        var list = JsonElement.ParseValue(ref value);
        if (list.ValueKind == JsonValueKind.Null) return [];
        try
        {
            if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= HooksMax) return [.. list.EnumerateArray().Select(Read)];
        }
        catch (FormatException malformed)
        {
            throw RefusedException.Input($"{malformed.Message} {member} must be like {Example}.");
        }
        throw RefusedException.Input($"{member} must be a list of at most {HooksMax} hooks, like {Example}.");
    }

    private static Hook Read(JsonElement json)
    {
        FunctionId? id = null;
        var execution = Execution.Plain;
        if (json.ValueKind != JsonValueKind.Object) throw new FormatException("A hook is a JSON object.");
        foreach (var member in json.EnumerateObject())
        {
            if (member.NameEquals("functionId"u8) && member.Value.ValueKind == JsonValueKind.String
                && FunctionId.TryParse(member.Value.GetString(), out var named)) id = named;
            else if (member.NameEquals("properties"u8)) execution = Execution.Read(member.Value);
            else throw new FormatException("A hook has a functionId and properties.");
        }
        return new Hook(id ?? throw new FormatException("A hook has a functionId."), execution);
    }
}
