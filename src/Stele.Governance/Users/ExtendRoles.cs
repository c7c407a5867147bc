using Stele.Ledger.Transactions;

namespace Stele.Governance.Users;

/// <summary>Adds to what user-defined roles may do. As in ACL, an action is taken away only by deleting the role.</summary>
/// <param name="roles">The roles, each of another name, with the actions that are added.</param>
/// <param name="by">Who asks for it.</param>
public sealed class ExtendRoles(IReadOnlyList<RoleDefinition> roles, UserId by) : ICommand<RoleChange>
{
    /// <inheritdoc/>
    public RoleChange Execute(Transaction transaction)
    {
        var tables = transaction.State;
        foreach (var role in roles)
        {
            if (RoleTable.Find(tables, role.Name) is not { } before) return RoleChange.NoSuchRole;
            if (before.Actions.Union(role.Actions, StringComparer.Ordinal).Count() > RoleDefinition.ActionsMax)
                return RoleChange.TooMany;
        }
        if (!UserTable.MayActions(tables, by, roles.SelectMany(role => role.Actions))) return RoleChange.BeyondCaller;
        foreach (var role in roles) RoleTable.Put(transaction, role);
        return RoleChange.Made;
    }
}
