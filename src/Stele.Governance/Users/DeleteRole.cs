using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Users;

/// <summary>
/// Deletes a user-defined role, and takes it from everyone who has it: a role that is made again later under the same name is
/// nobody's. A user without any role left is none.
/// </summary>
/// <param name="name">The role.</param>
/// <param name="by">Who asks for it.</param>
public sealed class DeleteRole(RoleName name, UserId by) : ICommand<RoleChange>
{
    /// <inheritdoc/>
    public RoleChange Execute(Transaction transaction)
    {
        if (RoleTable.Find(transaction.State, name) is not { } role) return RoleChange.NoSuchRole;
        if (!UserTable.MayActions(transaction.State, by, role.Actions)) return RoleChange.BeyondCaller;
        RoleTable.Remove(transaction, role);
        foreach (var user in UserTable.List(transaction.State, after: null).Where(user => user.Roles.Contains(name)))
        {
            RoleName[] others = [.. user.Roles.Where(other => other != name)];
            if (others.Length == 0) transaction.Remove(TableNames.UserRoles, UserTable.Key(user.Id));
            else transaction.Put(TableNames.UserRoles, UserTable.Key(user.Id), UserTable.Value(others));
        }
        return RoleChange.Made;
    }
}
