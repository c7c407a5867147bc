using System.Text.Json;

namespace Stele.Scripting;

/// <summary>The texts of JSON. JSON may have half a surrogate pair in them, escaped; no text in Unicode can.</summary>
public static class JsonTexts
{
    /// <summary>
    /// Whether something is JSON of at most 64 levels whose names and texts all can be read. What can be parsed and is not so throws
    /// <see cref="InvalidOperationException"/> only where it is read.
    /// </summary>
    /// <param name="json">UTF-8.</param>
    public static bool AreWhole(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) _ = reader.GetString();
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
