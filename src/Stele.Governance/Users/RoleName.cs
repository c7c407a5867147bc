using System.Buffers;

namespace Stele.Governance.Users;

/// <summary>
/// A role's name: a built-in one's, which compares without regard to case, or one that an administrator made up, which is taken
/// letter by letter.
/// </summary>
public readonly record struct RoleName
{
    /// <summary>The longest name in characters.</summary>
    public const int MaxLength = 64;

    // Applications take the list of a user's roles apart at these.
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\"\\,[]");

    private readonly string? _value;

    private RoleName(string value, Role? builtIn) => (_value, BuiltIn) = (value, builtIn);

    /// <summary>The name's text.</summary>
    public string Value => _value ?? "";

    /// <summary>The built-in role that it names; null for a user-defined one.</summary>
    public Role? BuiltIn { get; }

    /// <summary>The name of a built-in role.</summary>
    public static RoleName Of(Role role) => new(role.ToString(), role);

    /// <summary>Reads a name: 1 to 64 characters, none a control character, quote, backslash, comma or bracket.</summary>
    public static bool TryParse(string? text, out RoleName name)
    {
        name = default;
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxLength) return false;
        if (text.AsSpan().ContainsAny(Forbidden) || text.Any(char.IsControl)) return false;
        name = RoleNames.TryParse(text, out var role) ? Of(role) : new RoleName(text, builtIn: null);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
