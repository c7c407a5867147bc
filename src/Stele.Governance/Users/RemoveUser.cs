using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Users;

/// <summary>Removes a user.</summary>
/// <param name="id">Whom.</param>
/// <param name="by">Who asks for it; null for one who may do anything.</param>
public sealed class RemoveUser(UserId id, UserId? by = null) : ICommand<UserChange>
{
    /// <inheritdoc/>
    public UserChange Execute(Transaction transaction)
    {
        if (UserTable.Find(transaction.State, id) is not { } user) return UserChange.NoSuchUser;
        if (!UserTable.May(transaction.State, by, user.Roles)) return UserChange.BeyondCaller;
        if (user.Highest == Role.Administrator && !UserTable.HasAdministratorBeside(transaction.State, id))
            return UserChange.LastAdministrator;
        transaction.Remove(TableNames.UserRoles, UserTable.Key(id));
        return UserChange.Made;
    }
}
