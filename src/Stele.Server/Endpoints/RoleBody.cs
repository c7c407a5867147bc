using System.Text.Json;
using Stele.Governance.Users;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary>
/// What a client says of user-defined roles. ACL's descriptions and samples have three forms, and all are taken: a list, and an
/// object with the list as <c>roles</c>; the members named as <c>roleName</c> or <c>role_name</c>.
/// </summary>
internal static class RoleBody
{
    private const string Example = """{"roles":[{"roleName":"auditor","roleActions":["Microsoft.ConfidentialLedger/ledger/read"]}]}""";
    private const int RolesMax = 32;

    /// <summary>The roles of a body, each of another name.</summary>
    /// <exception cref="RefusedException">The body is malformed.</exception>
    public static IReadOnlyList<RoleDefinition> Read(ReadOnlySpan<byte> body)
    {
        List<RoleDefinition> roles = [];
        if (body.TrimStart(" \t\r\n"u8) is [(byte)'[', ..])
        {
            StrictJson.ReadList(body, Example, (ref Utf8JsonReader value) => Take(roles, ref value));
        }
        else
        {
            StrictJson.ReadObject(body, Example, (string name, ref Utf8JsonReader value) =>
            {
                if (name != "roles") return false;
                if (value.TokenType != JsonTokenType.StartArray) throw Malformed("roles must be a list");
                while (value.Read() && value.TokenType != JsonTokenType.EndArray) Take(roles, ref value);
                return true;
            });
        }
        return roles.Count > 0 ? roles : throw Malformed("The body has no role");
    }

    private static void Take(List<RoleDefinition> roles, ref Utf8JsonReader value)
    {
        RoleName? name = null;
        List<string>? actions = null;
        if (value.TokenType != JsonTokenType.StartObject) throw Malformed("A role must be an object");
        while (value.Read() && value.TokenType == JsonTokenType.PropertyName)
        {
            var member = value.GetString();
            value.Read();
            if (member is "roleName" or "role_name" && name is null) name = NameAt(ref value);
            else if (member is "roleActions" or "role_actions" && actions is null) actions = ActionsAt(ref value);
            else throw Malformed("A role has a name and actions, each once");
        }
        if (name is not { } named || actions is not { Count: > 0 }) throw Malformed("A role has a name and at least one action");
        if (roles.Any(role => role.Name == named)) throw Malformed("Each role must have another name");
        roles.Add(new RoleDefinition(named, actions));
        if (roles.Count > RolesMax) throw Malformed($"A body has at most {RolesMax} roles");
    }

    private static RoleName NameAt(ref Utf8JsonReader value)
    {
        if (value.TokenType != JsonTokenType.String || !RoleName.TryParse(value.GetString(), out var name))
        {
            throw Malformed(
                $"A role's name has 1 to {RoleName.MaxLength} characters, none a control character, quote, backslash, comma or bracket");
        }
        return name.BuiltIn is null ? name : throw Malformed($"{name} is a built-in role, and stays as it is");
    }

    private static List<string> ActionsAt(ref Utf8JsonReader value)
    {
        if (value.TokenType != JsonTokenType.StartArray) throw Malformed("A role's actions must be a list");
        List<string> actions = [];
        while (value.Read() && value.TokenType != JsonTokenType.EndArray)
        {
            var action = value.TokenType == JsonTokenType.String ? value.GetString()! : "";
            if (action.Length is 0 or > RoleDefinition.ActionLengthMax || action.Any(char.IsControl))
                throw Malformed($"An action is a text of 1 to {RoleDefinition.ActionLengthMax} characters");
            if (!actions.Contains(action, StringComparer.Ordinal)) actions.Add(action);
            if (actions.Count > RoleDefinition.ActionsMax) throw Malformed($"A role has at most {RoleDefinition.ActionsMax} actions");
        }
        return actions;
    }

    private static RefusedException Malformed(string what) => RefusedException.Input($"{what}; the body must be like {Example}.");
}
