using System.Text.Json;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Users;

/// <summary>The users, as rows of ACL's table: the key is the user's id as a JSON string, the value an array of roles.</summary>
public static class UserTable
{
    /// <summary>The user of an id; null where there is none, or none with a role that this version knows.</summary>
    public static LedgerUser? Find(LedgerTables tables, UserId id) =>
        tables.TryGet(TableNames.UserRoles, Key(id), out var value) ? User(id, value) : null;

    /// <summary>Users by the order of their ids.</summary>
    /// <param name="tables">The state to read.</param>
    /// <param name="after">The id that the part starts behind; none from the beginning.</param>
    public static IEnumerable<LedgerUser> List(LedgerTables tables, UserId? after)
    {
        foreach (var (key, value) in tables.Rows(TableNames.UserRoles))
        {
            if (after is { } start && key.Span.SequenceCompareTo(Key(start)) <= 0) continue;
            if (UserId.TryParse(ReadString(key), out var id) && User(id, value) is { } user) yield return user;
        }
    }

    internal static byte[] Key(UserId id) => Json.Write(json => json.WriteStringValue(id.Value));

    internal static byte[] Value(Role role) => Json.Write(json =>
    {
        json.WriteStartArray();
        json.WriteStringValue(role.ToString());
        json.WriteEndArray();
    });

    internal static bool HasAdministratorBeside(LedgerTables tables, UserId id) =>
        List(tables, after: null).Any(user => user.Role == Role.Administrator && user.Id != id);

    private static LedgerUser? User(UserId id, ReadOnlyMemory<byte> value)
    {
        using var roles = JsonDocument.Parse(value);
        Role? highest = null;
        foreach (var name in roles.RootElement.EnumerateArray())
            if (RoleNames.TryParse(name.GetString(), out var role) && (highest is null || role > highest)) highest = role;
        return highest is { } found ? new LedgerUser(id, found) : null;
    }

    private static string? ReadString(ReadOnlyMemory<byte> key)
    {
        using var text = JsonDocument.Parse(key);
        return text.RootElement.GetString();
    }
}
