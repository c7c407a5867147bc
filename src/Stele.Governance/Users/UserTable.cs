using System.Text.Json;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Users;

/// <summary>The users, as rows of ACL's table: the key is the user's id as a JSON string, the value an array of roles.</summary>
public static class UserTable
{
    private static readonly (byte[] Row, RoleName[] Roles)[] OneBuiltIn =
        [.. Enum.GetValues<Role>().Select(role => (Value([RoleName.Of(role)]), new[] { RoleName.Of(role) }))];

    /// <summary>The user of an id; null where there is none, or none with a role.</summary>
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

    internal static byte[] Value(IEnumerable<RoleName> roles) => Json.Write(json =>
    {
        json.WriteStartArray();
        foreach (var role in roles) json.WriteStringValue(role.Value);
        json.WriteEndArray();
    });

    internal static bool HasAdministratorBeside(LedgerTables tables, UserId id) =>
        List(tables, after: null).Any(user => user.Highest == Role.Administrator && user.Id != id);

    /// <summary>Whether someone may give and take roles; null is one who may do anything.</summary>
    internal static bool May(LedgerTables tables, UserId? by, IEnumerable<RoleName> roles) =>
        by is not { } id || (Find(tables, id) is { } user && Rights.Cover(tables, user, roles));

    /// <summary>Whether someone may give and take actions.</summary>
    internal static bool MayActions(LedgerTables tables, UserId by, IEnumerable<string> actions) =>
        Find(tables, by) is { } user && Rights.CoverActions(tables, user, actions);

    /// <summary>What is wrong with a row that others wrote; none when nothing is.</summary>
    internal static string? FaultOf(LedgerTables tables, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value)
    {
        var user = ReadString(key);
        if (!UserId.TryParse(user, out var id) || !key.Span.SequenceEqual(Key(id)))
            return $"{user} is no user's id: that is a certificate's fingerprint in upper case, or the id that a token has.";
        using var roles = JsonDocument.Parse(value);
        foreach (var text in roles.RootElement.EnumerateArray())
        {
            if (!RoleName.TryParse(text.GetString(), out var role) || (role.BuiltIn is null && RoleTable.Find(tables, role) is null))
                return $"There is no role {text}, which user {user} is given.";
        }
        return null;
    }

    private static LedgerUser? User(UserId id, ReadOnlyMemory<byte> value)
    {
        // Nearly every user, with each request.
        foreach (var (row, roles) in OneBuiltIn)
            if (value.Span.SequenceEqual(row)) return new LedgerUser(id, roles);
        return new LedgerUser(id, ReadRoles(value)) is { Roles.Count: > 0 } user ? user : null;
    }

    private static List<RoleName> ReadRoles(ReadOnlyMemory<byte> value)
    {
        using var roles = JsonDocument.Parse(value);
        List<RoleName> names = [];
        foreach (var text in roles.RootElement.EnumerateArray())
            if (RoleName.TryParse(text.GetString(), out var name) && !names.Contains(name)) names.Add(name);
        return names;
    }

    private static string? ReadString(ReadOnlyMemory<byte> key)
    {
        using var text = JsonDocument.Parse(key);
        return text.RootElement.GetString();
    }
}
