using System.Text;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Users;

/// <summary>
/// Users whom a change sets by their certificates and who have no role: as in CCF they are known then, and may do nothing here.
/// Members are told before they vote.
/// </summary>
internal static class RolelessUsers
{
    /// <summary>What members are told of a change; empty where there is nothing to tell.</summary>
    /// <param name="before">The tables as they are.</param>
    /// <param name="after">The tables as they would be.</param>
    public static IReadOnlyList<string> WarningsOf(LedgerTables before, LedgerTables after) =>
    [
        .. from row in after.Rows(TableNames.UsersCerts)
           where after.VersionOf(TableNames.UsersCerts, row.Key) != before.VersionOf(TableNames.UsersCerts, row.Key)
           let user = IdOf(row.Key)
           where user is { } id && UserTable.Find(after, id) is null
           select $"warning: user {user} has no role, and may do nothing until set_user_roles gives one",
    ];

    // CCF's table has the fingerprint in lower case and without colons; a constitution of the consortium's own may have other keys.
    private static UserId? IdOf(ReadOnlyMemory<byte> key)
    {
        var pairs = Encoding.UTF8.GetString(key.Span).Chunk(2).Select(pair => new string(pair));
        return UserId.TryParse(string.Join(':', pairs), out var id) && id.IsFingerprint ? id : null;
    }
}
