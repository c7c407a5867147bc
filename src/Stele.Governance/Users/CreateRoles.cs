using Stele.Ledger.Transactions;

namespace Stele.Governance.Users;

/// <summary>Makes user-defined roles: all of them or none.</summary>
/// <param name="roles">The roles, each of another name.</param>
/// <param name="by">Who asks for it.</param>
public sealed class CreateRoles(IReadOnlyList<RoleDefinition> roles, UserId by) : ICommand<RoleChange>
{
    /// <inheritdoc/>
    public RoleChange Execute(Transaction transaction)
    {
        var tables = transaction.State;
        if (roles.Any(role => RoleTable.Find(tables, role.Name) is not null)) return RoleChange.Exists;
        if (RoleTable.List(tables).Count() + roles.Count > RoleTable.RolesMax) return RoleChange.TooMany;
        if (!UserTable.MayActions(tables, by, roles.SelectMany(role => role.Actions))) return RoleChange.BeyondCaller;
        foreach (var role in roles) RoleTable.Put(transaction, role);
        return RoleChange.Made;
    }
}
