using System.Text;
using Stele.Governance.Service;
using Stele.Governance.Tokens;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Audit;

/// <summary>A table of governance that others than members change too.</summary>
/// <param name="Table">The table.</param>
/// <param name="By">Who changes it, and why.</param>
/// <param name="May">Whether a change is of that kind, by the state before it.</param>
internal sealed record OwnTable(TableName Table, string By, Func<LedgerTables, TableWrites, bool> May)
{
    /// <summary>All of them. A change of any other table needs a proposal that passed.</summary>
    public static readonly IReadOnlyList<OwnTable> All =
    [
        new(TableNames.NodesInfo, "nodes that ask to join or leave, and administrators, who let them in and out", Always),
        new(TableNames.NodesEndorsedCertificates, "the service, which renews the certificates of its nodes", Always),
        new(TableNames.ServiceInfo, "the service, which opens; its identity stays", Opens),
        new(GovernanceTables.JwtKeys, "the service, with the keys that an issuer publishes, where members asked for that", IsRefreshed),
    ];

    /// <summary>What stands against changes that no member signed; none where nothing does.</summary>
    public static string? Refuse(LedgerTables before, IEnumerable<TableWrites> changes)
    {
        foreach (var change in changes)
        {
            var own = All.FirstOrDefault(one => one.Table == change.Name);
            if (own?.May(before, change) == true) continue;
            var others = own is null ? "" : $", and not as others may change it: {own.By}";
            return $"{change.Name} was changed without a member's signed request{others}.";
        }
        return null;
    }

    private static bool Always(LedgerTables before, TableWrites change) => true;

    private static bool Opens(LedgerTables before, TableWrites change) =>
        change.Writes is [{ Value: { } row }] && ServiceSteps.Fault(before, row, ServiceSteps.OfService) is null;

    // The keys of an issuer whose keys members set themselves stay as they set them.
    private static bool IsRefreshed(LedgerTables before, TableWrites change)
    {
        var refreshed = TokenIssuer.List(before).Where(one => one.AutoRefresh).Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        return change.Writes.All(write =>
        {
            var id = Encoding.UTF8.GetString(write.Key.Span);
            var old = TokenKeyTable.TryGetRow(before, id, out var row) ? Others(id, row) : [];
            return old.SequenceEqual(write.Value is { } now ? Others(id, now) : [], StringComparer.Ordinal);
        });

        IEnumerable<string> Others(string id, ReadOnlyMemory<byte> row) => TokenKeyTable.ReadRow(id, row)
            .Where(one => !refreshed.Contains(one.Issuer))
            .Select(one => $"{one.Issuer} {Convert.ToHexString(one.Key.PublicKey.Span)}").Order(StringComparer.Ordinal);
    }
}
