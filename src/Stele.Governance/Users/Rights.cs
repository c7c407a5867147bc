using Stele.Ledger.Tables;

namespace Stele.Governance.Users;

/// <summary>What users may do.</summary>
public static class Rights
{
    /// <summary>Whether a user has a permission, by a built-in role or by a user-defined one.</summary>
    public static bool Has(LedgerTables tables, LedgerUser user, Permission permission) =>
        user.Highest >= permission.LeastRole || HasAction(tables, user, permission.Action);

    /// <summary>Whether someone has all of some permissions: asked again where a change is made, for they may have lost one.</summary>
    public static bool HaveAll(LedgerTables tables, UserId by, params IEnumerable<Permission> permissions) =>
        UserTable.Find(tables, by) is { } user && permissions.All(permission => Has(tables, user, permission));

    /// <summary>
    /// Whether a user may do all that some roles may. Nobody gives a right that they do not have, nor takes one: whoever may
    /// change users and no more cannot make an administrator of themselves.
    /// </summary>
    public static bool Cover(LedgerTables tables, LedgerUser user, IEnumerable<RoleName> roles) => roles.All(
        role => role.BuiltIn is { } builtIn
            ? user.Highest >= builtIn
            : RoleTable.Find(tables, role) is not { } definition || CoverActions(tables, user, definition.Actions));

    /// <summary>Whether a user may do all these actions. An administrator may do any, also those of applications.</summary>
    public static bool CoverActions(LedgerTables tables, LedgerUser user, IEnumerable<string> actions) =>
        user.Highest == Role.Administrator || actions.All(
            action => user.Highest >= Permission.Find(action)?.LeastRole || HasAction(tables, user, action));

    private static bool HasAction(LedgerTables tables, LedgerUser user, string action) =>
        user.Roles.Any(role => role.BuiltIn is null && RoleTable.Has(tables, role, action));
}
