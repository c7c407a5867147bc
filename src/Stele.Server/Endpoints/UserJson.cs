using System.Text.Json;
using Stele.Governance.Users;

namespace Stele.Server.Endpoints;

/// <summary>A user in ACL's two forms.</summary>
internal static class UserJson
{
    /// <summary>Writes a user with its one role.</summary>
    public static void WriteMembers(Utf8JsonWriter json, LedgerUser user)
    {
        json.WriteString("assignedRole"u8, user.Role.ToString());
        json.WriteString("userId"u8, user.Id.Value);
    }

    /// <summary>Writes a user with a list of roles, which holds its one.</summary>
    public static void WriteMembersWithRoles(Utf8JsonWriter json, LedgerUser user)
    {
        json.WriteStartArray("assignedRoles"u8);
        json.WriteStringValue(user.Role.ToString());
        json.WriteEndArray();
        json.WriteString("userId"u8, user.Id.Value);
    }
}
