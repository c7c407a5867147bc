using System.Text;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Members;

/// <summary>The consortium's members, as rows of CCF's tables.</summary>
public static class MemberTable
{
    /// <summary>All members: id and certificate.</summary>
    public static IEnumerable<Member> List(LedgerTables tables) =>
        tables.Rows(TableNames.MembersCerts).Select(row =>
            new Member(Encoding.UTF8.GetString(row.Key.Span), Encoding.UTF8.GetString(row.Value.Span)));
}
