namespace Stele.Governance.Users;

/// <summary>How roles are written: ACL's names, which compare without regard to case.</summary>
public static class RoleNames
{
    /// <summary>The built-in roles' names, the least first.</summary>
    public static readonly IReadOnlyList<string> All = Enum.GetNames<Role>();

    /// <summary>Reads a built-in role's name.</summary>
    public static bool TryParse(string? name, out Role role)
    {
        role = default;
        foreach (var known in Enum.GetValues<Role>())
        {
            if (!known.ToString().Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            role = known;
            return true;
        }
        return false;
    }
}
