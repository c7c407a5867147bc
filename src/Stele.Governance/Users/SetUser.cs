using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Users;

/// <summary>Creates a user, or gives an existing one another role.</summary>
public sealed class SetUser(LedgerUser user) : ICommand<UserChange>
{
    /// <inheritdoc/>
    public UserChange Execute(Transaction transaction)
    {
        var before = UserTable.Find(transaction.State, user.Id);
        if (before?.Role == Role.Administrator && user.Role != Role.Administrator
            && !UserTable.HasAdministratorBeside(transaction.State, user.Id))
            return UserChange.LastAdministrator;
        transaction.Put(TableNames.UserRoles, UserTable.Key(user.Id), UserTable.Value(user.Role));
        return UserChange.Made;
    }
}
