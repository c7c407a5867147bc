using Stele.Governance.Members;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Recovery;

/// <summary>
/// Where a member's share lies: the whole key, at 0, is an owner's; participants count from 1 by the order of their ids. Who could
/// give another point would keep its holder from giving it, or bring the others to give theirs once more.
/// </summary>
internal static class SharePoint
{
    /// <summary>Whether a point can be that of the share which was issued to a member.</summary>
    /// <param name="x">The point.</param>
    /// <param name="memberId">The member, who holds a share.</param>
    /// <param name="tables">What the ledger says.</param>
    public static bool MayBe(uint x, string memberId, LedgerTables tables)
    {
        var holders = RecoveryShares.Find(tables)!.Shares.Keys.Select(id => (Id: id, Role: RoleAtIssue(id, tables))).ToList();
        var own = holders.Find(holder => holder.Id == memberId).Role;
        if (x == 0) return own != RecoveryRole.Participant;
        var before = holders.TakeWhile(holder => holder.Id != memberId).ToList();
        var least = 1 + before.Count(holder => holder.Role == RecoveryRole.Participant);
        return own != RecoveryRole.Owner && x >= least && x <= least + before.Count(holder => holder.Role is null);
    }

    // Null where the member was set anew since: an old share counts for as long as there are too few for new ones, and what part
    // its holder had then cannot be told.
    private static string? RoleAtIssue(string id, LedgerTables tables)
    {
        if (MemberTable.Find(tables, id) is not { } member) return null;
        var isChanged = VersionOf(TableNames.MembersCerts, MemberTable.Key(id), tables)
            > VersionOf(RecoveryShares.Table, TableNames.SingleKey, tables);
        return isChanged ? null : member.RecoveryRole ?? RecoveryRole.Participant;
    }

    private static SeqNo VersionOf(TableName name, ReadOnlyMemory<byte> key, LedgerTables tables) =>
        tables.All.First(table => table.Name == name).TryGet(key, out var row) ? row.Version : SeqNo.None;
}
