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
    /// <param name="written">What the transaction wrote to public tables.</param>
    /// <param name="seals">Whether it wrote to private tables too.</param>
    /// <exception cref="FormatException">Its node shows evidence that is none.</exception>
    public static string? Fault(LedgerTables before, JsonElement info, WriteSet written, bool seals)
    {
        // Members have yet to say that it may go on.
        if (info.Text(TableNames.ServiceInfo, "status") is not nameof(ServiceStatus.Recovering)) return "is not Recovering";
        var joiners = Newcomers(before, written).ToList();
        if (joiners.Count != 1) return $"names {joiners.Count} nodes of its own, and not one";
        if (WriteComparison.Beside(written, seals) is { } other) return $"writes {other} as well";
        var measured = new Lazy<WriteSet>(() => PolicyOf(joiners[0]));
        return written.Tables.Where(table => WriteComparison.IsGoverned(table.Name))
            .Where(table => !May(before, table, joiners[0], measured)).Select(table => $"writes {table.Name} as well").FirstOrDefault();
    }

    private static bool May(LedgerTables before, TableWrites table, KeyWrite joiner, Lazy<WriteSet> measured) =>
        table.Name == TableNames.ServiceInfo
        || (table.Name == TableNames.NodesInfo && table.Writes.All(row => IsOf(joiner, row) || Leaves(before, row)))
        || (table.Name == TableNames.NodesEndorsedCertificates && table.Writes.All(row => IsOf(joiner, row)))
        || (table.Name == TableNames.PreviousServiceIdentity && Names(table, ServiceTable.Certificate(before)))
        || (table.Name == SgxCode && table.Writes is [{ Value: not null }])
        || (JoinTables.All.Contains(table.Name) && table.Writes.All(row => WriteComparison.Has(measured.Value, table.Name, row)));

    private static bool IsOf(KeyWrite joiner, KeyWrite row) => row.Key.Span.SequenceEqual(joiner.Key.Span);

    // The nodes of the service that is gone: none of them is let in along with the new one.
    private static bool Leaves(LedgerTables before, KeyWrite row) => row.Value is { } now
        ? NodeStep.StatusOf(now) == NodeStatus.Retired
        : NodeStep.StatusOf(before, row.Key) is null or NodeStatus.Pending;

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
            writes, NodeEvidence.Parse(Encoding.UTF8.GetString(node.Key.Span), row.RootElement.Member(TableNames.NodesInfo, "quote_info")));
        return writes;
    }
}
