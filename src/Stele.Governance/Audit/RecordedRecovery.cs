using System.Text;
using System.Text.Json;
using Stele.Governance.Nodes;
using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Audit;

/// <summary>
/// The first transaction of a service that goes on with the ledger of one that is gone: no member signed it. It names the
/// service and its node, and leaves the members' rules as they are.
/// </summary>
internal static class RecordedRecovery
{
    // What CCF allows of its own node on SGX. No node of this version joins by that table.
    private static readonly TableName SgxCode = new($"{GovernanceTables.Prefix}nodes.code_ids");

    /// <summary>What stands against such a transaction; none where nothing does.</summary>
    /// <param name="before">The tables of the service that is gone.</param>
    /// <param name="info">The new service's row.</param>
    /// <param name="written">What the transaction wrote.</param>
    /// <exception cref="FormatException">Its node shows evidence that is none.</exception>
    public static string? Fault(LedgerTables before, JsonElement info, WriteSet written)
    {
        // Members have yet to say that it may go on.
        if (info.GetProperty("status").GetString() is not nameof(ServiceStatus.Recovering)) return "is not Recovering";
        var joiners = Newcomers(before, written).ToList();
        if (joiners.Count != 1) return $"names {joiners.Count} nodes of its own, and not one";
        var measured = new Lazy<WriteSet>(() => PolicyOf(joiners[0]));
        return written.Tables.Where(table => WriteComparison.IsGoverned(table.Name))
            .Where(table => !May(before, table, measured)).Select(table => $"writes {table.Name} as well").FirstOrDefault();
    }

    private static bool May(LedgerTables before, TableWrites table, Lazy<WriteSet> measured) =>
        table.Name == TableNames.ServiceInfo || table.Name == TableNames.NodesInfo || table.Name == TableNames.NodesEndorsedCertificates
        || (table.Name == TableNames.PreviousServiceIdentity && Names(table, ServiceTable.Certificate(before)))
        || (table.Name == SgxCode && table.Writes is [{ Value: not null }])
        || (JoinTables.All.Contains(table.Name) && table.Writes.All(row => WriteComparison.Has(measured.Value, table.Name, row)));

    private static bool Names(TableWrites table, string certificate) =>
        table.Writes is [{ Value: { } row }] && JsonSerializer.Deserialize<string>(row.Span) == certificate;

    private static IEnumerable<KeyWrite> Newcomers(LedgerTables before, WriteSet written) =>
        (written.Find(TableNames.NodesInfo)?.Writes ?? [])
        .Where(row => row.Value is not null && !before.TryGet(TableNames.NodesInfo, row.Key, out _));

    private static WriteSet PolicyOf(KeyWrite node)
    {
        using var row = JsonDocument.Parse(node.Value!.Value);
        var writes = new WriteSet();
        FounderPolicy.Write(
            writes, NodeEvidence.Parse(Encoding.UTF8.GetString(node.Key.Span), row.RootElement.GetProperty("quote_info")));
        return writes;
    }
}
