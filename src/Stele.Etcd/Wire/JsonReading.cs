using System.Globalization;
using System.Text.Json;

namespace Stele.Etcd.Wire;

/// <summary>
/// Reads etcd's answers strictly. A field that is absent has its type's zero, as protobuf's JSON mapping has it; a field
/// of another type is a <see cref="FormatException"/>, and so is an answer that lacks what every answer has.
/// </summary>
internal static class JsonReading
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Reads the object that these bytes are.</summary>
    /// <exception cref="FormatException">They are none, or not the one that is read.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? read(document.RootElement)
                : throw new FormatException("The answer is no JSON object.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is what a text with half a surrogate pair comes to, wherever it stands.
            throw new FormatException("The answer is no JSON.", error);
        }
    }

    public static bool Has(this JsonElement json, JsonEncodedText field) => json.Find(field) is not null;

    public static bool HasObject(this JsonElement json, JsonEncodedText field) =>
        json.Find(field) is { ValueKind: JsonValueKind.Object };

    /// <summary>An object that must be there.</summary>
    public static JsonElement Part(this JsonElement json, JsonEncodedText field) =>
        json.Find(field) is { ValueKind: JsonValueKind.Object } part ? part : throw Wrong(field);

    public static long Int64(this JsonElement json, JsonEncodedText field) => json.Find(field) switch
    {
        null => 0,
        { ValueKind: JsonValueKind.String } text when long.TryParse(
            text.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        _ => throw Wrong(field),
    };

    public static ulong UInt64(this JsonElement json, JsonEncodedText field) => json.Find(field) switch
    {
        null => 0,
        { ValueKind: JsonValueKind.String } text when ulong.TryParse(
            text.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) => value,
        _ => throw Wrong(field),
    };

    public static int Int32(this JsonElement json, JsonEncodedText field) => json.Find(field) switch
    {
        null => 0,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) => value,
        _ => throw Wrong(field),
    };

    public static bool Flag(this JsonElement json, JsonEncodedText field) => json.Find(field)?.ValueKind switch
    {
        null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw Wrong(field),
    };

    public static string Text(this JsonElement json, JsonEncodedText field) => json.Find(field) switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        _ => throw Wrong(field),
    };

    public static byte[] Bytes(this JsonElement json, JsonEncodedText field) => json.Find(field) switch
    {
        null => [],
        { ValueKind: JsonValueKind.String } text when text.TryGetBytesFromBase64(out var value) => value,
        _ => throw Wrong(field),
    };

    /// <summary>Each object of a list, read.</summary>
    public static IReadOnlyList<T> List<T>(this JsonElement json, JsonEncodedText field, Func<JsonElement, T> read) =>
        [.. json.Items(field, JsonValueKind.Object).Select(read)];

    /// <summary>Each text of a list.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement json, JsonEncodedText field) =>
        [.. json.Items(field, JsonValueKind.String).Select(text => text.GetString()!)];

    private static List<JsonElement> Items(this JsonElement json, JsonEncodedText field, JsonValueKind kind)
    {
        if (json.Find(field) is not { } list)
            return [];
        if (list.ValueKind != JsonValueKind.Array)
            throw Wrong(field);
        var items = list.EnumerateArray().ToList();
        return items.TrueForAll(item => item.ValueKind == kind) ? items : throw Wrong(field);
    }

    private static JsonElement? Find(this JsonElement json, JsonEncodedText field) =>
        json.TryGetProperty(field.EncodedUtf8Bytes, out var value) ? value : null;

    private static FormatException Wrong(JsonEncodedText field) =>
        new($"The answer's field '{field}' is missing or of another type.");
}
