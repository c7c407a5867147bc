namespace Stele.Governance.Users;

/// <summary>Someone who may call the ledger.</summary>
/// <param name="Id">Who.</param>
/// <param name="Roles">What they may do: all that any of these roles may; at least one.</param>
public sealed record LedgerUser(UserId Id, IReadOnlyList<RoleName> Roles)
{
    /// <summary>Someone with one built-in role.</summary>
    public LedgerUser(UserId id, Role role)
        : this(id, [RoleName.Of(role)])
    {
    }

    /// <summary>The highest built-in role; null where all roles are user-defined.</summary>
    public Role? Highest => Roles.Max(role => role.BuiltIn);

    /// <summary>The one role that stands for all, where there is room for one: the highest built-in one, or else the first.</summary>
    public RoleName Foremost => Highest is { } role ? RoleName.Of(role) : Roles[0];
}
