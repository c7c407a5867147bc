using System.Text.Json;
using System.Text.Unicode;

namespace Stele.Attestation.Formats;

/// <summary>Reads JSON that outsiders wrote: bounded, and with no member twice (readers would disagree on which one counts).</summary>
internal static class EvidenceJson
{
    /// <summary>The longest text that is read, in bytes.</summary>
    public const int SizeMax = 1 << 20;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Reads an object.</summary>
    /// <exception cref="FormatException">The bytes are not one JSON object within the bounds.</exception>
    public static JsonElement ReadObject(ReadOnlyMemory<byte> utf8)
    {
        var value = Read(utf8);
        return value.ValueKind == JsonValueKind.Object ? value : throw new FormatException("Not a JSON object.");
    }

    /// <summary>Reads any value.</summary>
    /// <exception cref="FormatException">The bytes are not one JSON value within the bounds.</exception>
    public static JsonElement Read(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > SizeMax) throw new FormatException($"JSON of over {SizeMax} bytes.");
        if (!Utf8.IsValid(utf8.Span)) throw new FormatException("JSON that is not UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            return document.RootElement.Clone();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new FormatException("Not JSON, or a member stands twice.", fault);
        }
    }

    /// <summary>A member that must be there and be text.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static string Text(JsonElement element, string name) =>
        OptionalText(element, name) ?? throw new FormatException($"No text \"{name}\".");

    /// <summary>A member's text; null when there is none or it is no text.</summary>
    /// <exception cref="FormatException">The text is not valid Unicode.</exception>
    public static string? OptionalText(JsonElement element, string name) =>
        TryGet(element, name, JsonValueKind.String, out var value) ? Text(value) : null;

    /// <summary>A value that must be text.</summary>
    /// <exception cref="FormatException">It is not, or it is not valid Unicode.</exception>
    public static string Text(JsonElement value)
    {
        try
        {
            return value.GetString() ?? throw new FormatException("Null where a text is expected.");
        }
        catch (InvalidOperationException fault)
        {
            throw new FormatException("Not a text of valid Unicode.", fault);
        }
    }

    /// <summary>The names of all members.</summary>
    /// <exception cref="FormatException">One is not valid Unicode.</exception>
    public static IReadOnlyList<string> Names(JsonElement element)
    {
        try
        {
            return [.. element.EnumerateObject().Select(member => member.Name)];
        }
        catch (InvalidOperationException fault)
        {
            throw new FormatException("A name that is not valid Unicode.", fault);
        }
    }

    /// <summary>A member of a kind, if it is there.</summary>
    public static bool TryGet(JsonElement element, string name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value) && value.ValueKind == kind;
    }

    /// <summary>A member that must be there and be of a kind.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static JsonElement Member(JsonElement element, string name, JsonValueKind kind) =>
        TryGet(element, name, kind, out var value) ? value : throw new FormatException($"No {kind} \"{name}\".");
}
