using System.Text;
using Stele.Governance.Service;
using Stele.Ledger.Entries;

namespace Stele.Server.Application;

/// <summary>Where a ledger keeps its entries: ACL's tables, in clear or sealed. The key is the collection's name.</summary>
internal sealed record EntryTables(TableName Logs, TableName Tags)
{
    public static EntryTables Of(LedgerVisibility visibility) => visibility switch
    {
        LedgerVisibility.Public => new EntryTables(TableNames.PublicLogs, TableNames.PublicTags),
        _ => new EntryTables(TableNames.PrivateLogs, TableNames.PrivateTags),
    };

    public static byte[] Key(CollectionId collection) => Encoding.UTF8.GetBytes(collection.Value);
}
