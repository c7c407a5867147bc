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

    /// <summary>The role that a body gives: the highest, where it gives several.</summary>
    /// <exception cref="RefusedException">The body is malformed, or about another user than the path.</exception>
    public Role RoleOf(ReadOnlySpan<byte> body, UserId user)
    {
        List<Role> roles = [];
        StrictJson.ReadObject(body, _example, (string name, ref Utf8JsonReader value) =>
        {
            if (name == _member) TakeRoles(roles, ref value);
            else if (name == "userId") RefuseOther(user, ref value);
            else return false;
            return true;
        });
        return roles.Count > 0
            ? roles.Max()
            : throw RefusedException.Input($"The body gives no role; it must be like {_example}.");
    }

    private void TakeRoles(List<Role> roles, ref Utf8JsonReader value)
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
            roles.Add(RoleAt(ref value));
            if (roles.Count > RolesMax) throw RefusedException.Input($"{_member} has more than {RolesMax} roles.");
        }
    }

    // Built-in names compare without regard to case; a number would parse as an enumeration's value, and is none.
    private Role RoleAt(ref Utf8JsonReader value)
    {
        if (value.TokenType == JsonTokenType.String && value.GetString() is { } name)
        {
            foreach (var role in Enum.GetValues<Role>())
                if (name.Equals(role.ToString(), StringComparison.OrdinalIgnoreCase)) return role;
        }

        throw RefusedException.Input(
            $"{_member} takes the roles {string.Join(", ", Enum.GetNames<Role>())}; this release has no others. "
            + $"The body must be like {_example}.");
    }

    private static void RefuseOther(UserId user, ref Utf8JsonReader value)
    {
        if (value.TokenType == JsonTokenType.Null) return;
        var text = value.TokenType == JsonTokenType.String ? value.GetString() : null;
        if (UserId.TryParse(text, out var named) && named == user) return;
        throw RefusedException.Input("userId in the body is not the one in the path; name the user in the path.");
    }
}
