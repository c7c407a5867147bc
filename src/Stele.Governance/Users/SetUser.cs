using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Users;

/// <summary>Creates a user, or gives an existing one other roles.</summary>
/// <param name="user">The user as it is to be.</param>
/// <param name="by">Who asks for it; null for one who may do anything.</param>
public sealed class SetUser(LedgerUser user, UserId? by = null) : ICommand<UserChange>
{
    /// <inheritdoc/>
    public UserChange Execute(Transaction transaction)
    {
        var tables = transaction.State;
        if (user.Roles.Any(role => role.BuiltIn is null && RoleTable.Find(tables, role) is null)) return UserChange.NoSuchRole;
        var before = UserTable.Find(tables, user.Id);
        if (!UserTable.May(tables, by, [.. user.Roles, .. before?.Roles ?? []])) return UserChange.BeyondCaller;
        if (before?.Highest == Role.Administrator && user.Highest != Role.Administrator
            && !UserTable.HasAdministratorBeside(tables, user.Id))
            return UserChange.LastAdministrator;
        transaction.Put(TableNames.UserRoles, UserTable.Key(user.Id), UserTable.Value(user.Roles));
        return UserChange.Made;
    }
}
