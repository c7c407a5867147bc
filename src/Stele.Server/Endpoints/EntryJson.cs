using System.Text.Json;
using Stele.Server.Api;
using Stele.Server.Application;

namespace Stele.Server.Endpoints;

/// <summary>An entry in ACL's form.</summary>
internal static class EntryJson
{
    /// <summary>Writes the entry's members, in the version's words.</summary>
    public static void WriteMembers(Utf8JsonWriter json, Entry entry, ApiVersion version)
    {
        json.WriteString(version.CollectionName, entry.Collection.Value);
        json.WriteString("contents"u8, entry.Contents);
        json.WriteString("transactionId"u8, entry.Id.ToString());
    }
}
