using System.Text;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Audit;

/// <summary>
/// A row of users' roles, or of what a role may do, that changed without a member's request. Administrators change such rows, and
/// their credentials are not on the ledger: it can be told, and not judged.
/// </summary>
/// <param name="Table">The table: <see cref="TableNames.UserRoles"/>, or that of a role.</param>
/// <param name="Key">The user, or the action, as a JSON string.</param>
/// <param name="Before">The row before, JSON; null where there was none.</param>
/// <param name="After">The row after, JSON; null where there is none any more.</param>
public sealed record RightsChange(TableName Table, string Key, string? Before, string? After)
{
    /// <summary>Whether a table has such rows.</summary>
    internal static bool IsIn(TableName table) => table.Value.StartsWith(GovernanceTables.RolesPrefix, StringComparison.Ordinal);

    /// <summary>All of them in a transaction. A row that is written as it was makes none.</summary>
    internal static IReadOnlyList<RightsChange> Of(LedgerTables before, WriteSet written) =>
    [
        .. from table in written.Tables
           where IsIn(table.Name)
           from row in table.Writes
           let old = before.TryGet(table.Name, row.Key, out var value) ? Text(value) : null
           let now = row.Value is { } value ? Text(value) : null
           where old != now
           select new RightsChange(table.Name, Text(row.Key), old, now),
    ];

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
