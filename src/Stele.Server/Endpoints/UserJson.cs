using System.Text.Json;
using Stele.Governance.Users;

namespace Stele.Server.Endpoints;

/// <summary>A user in ACL's two forms.</summary>
internal static class UserJson
{
    /// <summary>Writes a user with one role: the one that stands for all.</summary>
    public static void WriteMembers(Utf8JsonWriter json, LedgerUser user)
    {
        json.WriteString("assignedRole"u8, user.Foremost.Value);
        json.WriteString("userId"u8, user.Id.Value);
    }

    /// <summary>Writes a user with all its roles.</summary>
    public static void WriteMembersWithRoles(Utf8JsonWriter json, LedgerUser user)
    {
        json.WriteStartArray("assignedRoles"u8);
        foreach (var role in user.Roles) json.WriteStringValue(role.Value);
        json.WriteEndArray();
        json.WriteString("userId"u8, user.Id.Value);
    }
}
