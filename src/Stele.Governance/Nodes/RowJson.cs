using System.Globalization;
using System.Text.Json;

namespace Stele.Governance.Nodes;

/// <summary>Reads JSON out of rows that a constitution may have written: what is not as it must be is a bad format.</summary>
internal static class RowJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Reads an object.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static JsonDocument Object(ReadOnlyMemory<byte> row) => Read(row, JsonValueKind.Object);

    /// <summary>Reads a list.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static JsonDocument List(ReadOnlyMemory<byte> row) => Read(row, JsonValueKind.Array);

    /// <summary>A member that must be there and be a text.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static string Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new FormatException($"A row has no text {name}.");

    /// <summary>A number without sign.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ulong Number(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"{text} is no whole number.");

    private static JsonDocument Read(ReadOnlyMemory<byte> row, JsonValueKind kind)
    {
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(row, Options);
        }
        catch (JsonException fault)
        {
            throw new FormatException("A row is no JSON.", fault);
        }
        if (json.RootElement.ValueKind == kind) return json;
        json.Dispose();
        throw new FormatException($"A row is no JSON of the kind {kind}.");
    }
}
