using Stele.Ledger.Transactions;

namespace Stele.Governance.Tokens;

/// <summary>Records the keys that were fetched from an issuer, if governance still has them fetched.</summary>
/// <param name="issuer">The issuer.</param>
/// <param name="keys">All its keys.</param>
public sealed class SetIssuerKeys(string issuer, IReadOnlyList<TokenKey> keys) : ICommand<bool>
{
    /// <summary>Records them.</summary>
    /// <returns>Whether the issuer has them now.</returns>
    public bool Execute(Transaction transaction)
    {
        if (TokenIssuer.Find(transaction.State, issuer) is not { AutoRefresh: true }) return false;
        foreach (var write in TokenKeyTable.Changes(transaction.State, issuer, keys))
        {
            if (write.Value is { } value) transaction.Put(GovernanceTables.JwtKeys, write.Key, value);
            else transaction.Remove(GovernanceTables.JwtKeys, write.Key);
        }
        return true;
    }
}
