using System.Buffers;
using System.Text;
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

    /// <summary>Adds each tag of the bytes to the newest entry of a collection; those before a fault, where there is one.</summary>
    internal static void AddTo(CollectionEntries entries, long seqno, ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes);
        try
        {
            while (json.Read())
            {
                if (json.TokenType != JsonTokenType.String) continue;
                entries.AddTag(json.ValueIsEscaped ? Encoding.UTF8.GetBytes(json.GetString()!) : json.ValueSpan, seqno);
            }
        }
        catch (Exception fault) when (IsOfBytes(fault))
        {
            // Readers ask the entry itself, which has no tags then.
        }
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
        catch (Exception fault) when (IsOfBytes(fault))
        {
            return [];
        }
        return tags;
    }

    // The reader calls half a surrogate pair an invalid operation.
    private static bool IsOfBytes(Exception fault) => fault is JsonException or InvalidOperationException;
}
