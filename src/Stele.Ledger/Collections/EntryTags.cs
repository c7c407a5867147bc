using System.Buffers;
using System.Text.Json;

namespace Stele.Ledger.Collections;

/// <summary>The tags of an entry as they stand in the ledger: a JSON array of strings.</summary>
public static class EntryTags
{
    /// <summary>The tags' bytes.</summary>
    public static byte[] Encode(IReadOnlyList<string> tags)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var tag in tags) json.WriteStringValue(tag);
            json.WriteEndArray();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The tags of their bytes; none where the bytes are not a JSON array of strings.</summary>
    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> bytes)
    {
        var tags = new List<string>();
        var json = new Utf8JsonReader(bytes);
        try
        {
            while (json.Read())
                if (json.TokenType == JsonTokenType.String) tags.Add(json.GetString()!);
        }
        catch (JsonException)
        {
            return [];
        }
        return tags;
    }
}
