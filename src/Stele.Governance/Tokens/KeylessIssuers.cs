using Stele.Ledger.Tables;

namespace Stele.Governance.Tokens;

/// <summary>
/// Issuers whose tokens nobody can check, since they have no keys and are not asked for any. Members may mean to give them next, and
/// are told before they vote.
/// </summary>
internal static class KeylessIssuers
{
    /// <summary>What members are told of a change; empty where there is nothing to tell.</summary>
    /// <param name="before">The tables as they are.</param>
    /// <param name="after">The tables as they would be.</param>
    public static IReadOnlyList<string> WarningsOf(LedgerTables before, LedgerTables after) =>
    [
        .. from issuer in In(after).Except(In(before), StringComparer.Ordinal)
           select $"warning: {issuer} has no keys, and none are fetched from it: no token of it is taken until "
               + "set_jwt_public_signing_keys gives some",
    ];

    private static IEnumerable<string> In(LedgerTables tables) =>
        from issuer in TokenIssuer.List(tables)
        where !issuer.AutoRefresh && TokenKeyTable.Of(tables, issuer.Name).Count == 0
        select issuer.Name;
}
