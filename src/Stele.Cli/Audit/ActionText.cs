using System.Text.Json;
using Stele.Cli.Members;
using Stele.Governance.Audit;

namespace Stele.Cli.Audit;

/// <summary>An action of a proposal in few words: its name and its arguments, long ones cut short.</summary>
internal static class ActionText
{
    // Ids of members and nodes, and digests, are shown whole.
    private const int ValueLengthMax = 96;

    public static string Of(ProposedAction action)
    {
        var arguments = action.Whole.ValueKind == JsonValueKind.Object && action.Whole.TryGetProperty("args", out var args)
            ? args
            : default;
        var words = arguments.ValueKind switch
        {
            JsonValueKind.Object => arguments.EnumerateObject().Select(one => $"{one.Name}={Value(one.Value)}"),
            JsonValueKind.Undefined or JsonValueKind.Null => [],
            _ => [Value(arguments)],
        };
        return string.Join(' ', words.Prepend(action.Name));
    }

    private static string Value(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return Short(value.GetRawText());
        var text = value.GetString()!;
        return RowText.Pem(text) is { } pem ? $"[{string.Join(", ", pem)}]" : Short(text);
    }

    private static string Short(string text) =>
        text.Length <= ValueLengthMax ? text : $"{text[..ValueLengthMax]}… ({text.Length} characters)";
}
