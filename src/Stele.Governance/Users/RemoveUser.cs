using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Users;

/// <summary>Removes a user.</summary>
public sealed class RemoveUser(UserId id) : ICommand<UserChange>
{
    /// <inheritdoc/>
    public UserChange Execute(Transaction transaction)
    {
        if (UserTable.Find(transaction.State, id) is not { } user) return UserChange.NoSuchUser;
        if (user.Role == Role.Administrator && !UserTable.HasAdministratorBeside(transaction.State, id))
            return UserChange.LastAdministrator;
        transaction.Remove(TableNames.UserRoles, UserTable.Key(id));
        return UserChange.Made;
    }
}
