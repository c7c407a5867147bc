using System.Text.Json;
using Stele.Server.Api;
using Stele.Server.Application;

namespace Stele.Server.Endpoints;

/// <summary>An entry in ACL's form.</summary>
internal static class EntryJson
{
    /// <summary>Writes the entries of a page.</summary>
    public static void WriteList(Utf8JsonWriter json, IReadOnlyList<Entry> entries, ApiVersion version)
    {
        json.WriteStartArray("entries"u8);
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            WriteMembers(json, entry, version);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes the entry's members, in the version's words.</summary>
    public static void WriteMembers(Utf8JsonWriter json, Entry entry, ApiVersion version)
    {
        json.WriteString(version.CollectionName, entry.Collection.Value);
        json.WriteString("contents"u8, entry.Contents);
        json.WriteString("transactionId"u8, entry.Id.ToString());
    }
}
