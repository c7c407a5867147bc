using System.Text.Json;
using Stele.Governance.Users;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary>What a client says of a user that it creates or changes.</summary>
internal sealed class UserBody
{
    /// <summary><c>{"assignedRole":"Reader"}</c>.</summary>
    public static readonly UserBody OneRole = new("assignedRole", """{"assignedRole":"Reader"}""", isList: false);

    /// <summary><c>{"assignedRoles":["Reader"]}</c>.</summary>
    public static readonly UserBody SeveralRoles =
        new("assignedRoles", """{"assignedRoles":["Reader"]}""", isList: true);

    private const int RolesMax = 16;
    private readonly string _member;
    private readonly string _example;
    private readonly bool _isList;

    private UserBody(string member, string example, bool isList)
    {
        _member = member;
        _example = example;
        _isList = isList;
    }

    /// <summary>A role that there is not.</summary>
    public static RefusedException NoSuchRole() => RefusedException.Input(
        $"There is no such role: the roles are {string.Join(", ", RoleNames.All)}, and those that were made with PUT /app/roles.");

    /// <summary>The roles that a body gives; whether there are such, the ledger knows.</summary>
    /// <exception cref="RefusedException">The body is malformed, or about another user than the path.</exception>
    public IReadOnlyList<RoleName> RolesOf(ReadOnlySpan<byte> body, UserId user)
    {
        List<RoleName> roles = [];
        StrictJson.ReadObject(body, _example, (string name, ref Utf8JsonReader value) =>
        {
            if (name == _member) TakeRoles(roles, ref value);
            else if (name == "userId") RefuseOther(user, ref value);
            else return false;
            return true;
        });
        return roles.Count > 0
            ? roles
            : throw RefusedException.Input($"The body gives no role; it must be like {_example}.");
    }

    private void TakeRoles(List<RoleName> roles, ref Utf8JsonReader value)
    {
        if (!_isList)
        {
            roles.Add(RoleAt(ref value));
            return;
        }

        if (value.TokenType != JsonTokenType.StartArray)
            throw RefusedException.Input($"{_member} must be a list; the body must be like {_example}.");
        while (value.Read() && value.TokenType != JsonTokenType.EndArray)
        {
            var role = RoleAt(ref value);
            if (!roles.Contains(role)) roles.Add(role);
            if (roles.Count > RolesMax) throw RefusedException.Input($"{_member} has more than {RolesMax} roles.");
        }
    }

    private static RoleName RoleAt(ref Utf8JsonReader value) =>
        value.TokenType == JsonTokenType.String && RoleName.TryParse(value.GetString(), out var role) ? role : throw NoSuchRole();

    private static void RefuseOther(UserId user, ref Utf8JsonReader value)
    {
        if (value.TokenType == JsonTokenType.Null) return;
        var text = value.TokenType == JsonTokenType.String ? value.GetString() : null;
        if (UserId.TryParse(text, out var named) && named == user) return;
        throw RefusedException.Input("userId in the body is not the one in the path; name the user in the path.");
    }
}
