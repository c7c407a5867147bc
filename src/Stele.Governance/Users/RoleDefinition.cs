namespace Stele.Governance.Users;

/// <summary>A user-defined role.</summary>
/// <param name="Name">Its name, which is no built-in role's.</param>
/// <param name="Actions">
/// What it may do: actions of the service (<see cref="Permission.Action"/>), and any that only applications know.
/// </param>
public sealed record RoleDefinition(RoleName Name, IReadOnlyList<string> Actions)
{
    /// <summary>How many actions a role has at most.</summary>
    public const int ActionsMax = 256;

    /// <summary>The longest action in characters.</summary>
    public const int ActionLengthMax = 256;
}
