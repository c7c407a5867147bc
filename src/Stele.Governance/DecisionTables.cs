using Stele.Governance.Recovery;
using Stele.Governance.Users;
using Stele.Ledger.Entries;
using Stele.Ledger.Secrets;

namespace Stele.Governance;

/// <summary>
/// The tables that decisions rest on. Scripts read no others: a decision is recorded only if these are still what they were, and an
/// audit decides from what they were.
/// </summary>
internal static class DecisionTables
{
    // What the service itself does with a decision rests on them.
    private static readonly TableName[] Secrets = [SecretLink.Table, RecoveryShares.Table];

    /// <summary>Whether a decision may rest on a table.</summary>
    public static bool Has(TableName table) => MayBeRead(table) || Secrets.Contains(table);

    /// <summary>Whether the scripts of members may read a table of the ledger.</summary>
    public static bool MayBeRead(TableName table) =>
        table.Value.StartsWith(GovernanceTables.Prefix, StringComparison.Ordinal) || table == TableNames.UserRoles || RoleTable.Is(table);
}
