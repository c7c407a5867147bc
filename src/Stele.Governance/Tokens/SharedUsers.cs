using Stele.Ledger.Tables;

namespace Stele.Governance.Tokens;

/// <summary>
/// Issuers that speak for the same users: a user's id is the issuer's to say, so of two with the same prefix, or with none, each can
/// be any user of the other. Members may want that, and are told before they vote.
/// </summary>
internal static class SharedUsers
{
    /// <summary>What members are told of a change; empty where there is nothing to tell.</summary>
    /// <param name="before">The tables as they are.</param>
    /// <param name="after">The tables as they would be.</param>
    public static IReadOnlyList<string> WarningsOf(LedgerTables before, LedgerTables after)
    {
        if (before.VersionOf(GovernanceTables.JwtIssuers) == after.VersionOf(GovernanceTables.JwtIssuers)) return [];
        var issuers = TokenIssuer.List(after);
        return
        [
            .. from issuer in issuers
               where TokenIssuer.Find(before, issuer.Name) is not { } known || known.UserPrefix != issuer.UserPrefix
               from other in issuers
               where other.Name != issuer.Name && other.UserPrefix == issuer.UserPrefix
               select $"warning: {issuer.Name} and {other.Name} speak for the same users, since they have the same user_prefix or none: "
                   + "each of them can be any user of the other, administrators too",
        ];
    }
}
