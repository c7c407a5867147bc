using System.Text;
using Stele.Governance.Service;
using Stele.Governance.Tokens;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Audit;

/// <summary>A table of governance that others than members change too.</summary>
/// <param name="Table">The table.</param>
/// <param name="By">Who changes it, and why.</param>
/// <param name="May">Whether changed rows are of that kind, by the state before and after.</param>
internal sealed record OwnTable(TableName Table, string By, Func<LedgerTables, LedgerTables, IReadOnlyList<KeyWrite>, bool> May)
{
    /// <summary>
    /// All of them, but for users and roles, whose changes are told and not judged. A change of any other table needs a proposal
    /// that passed: so what kind of ledger it is never changes behind its members' back.
    /// </summary>
    public static readonly IReadOnlyList<OwnTable> All =
    [
        new(TableNames.NodesInfo,
            "nodes ask to join and say where they are, and administrators let them in and out where members do not", NodeStep.MayAll),
        new(TableNames.NodesEndorsedCertificates,
            "the service renews the certificates of trusted nodes, for their own keys", EndorsedByService.MayAll),
        new(TableNames.ServiceInfo, "the service opens; its identity stays", Opens),
        new(GovernanceTables.JwtKeys, "the service takes the keys that an issuer publishes, where members asked for that", IsRefreshed),
    ];

    /// <summary>What stands against changes that no member signed; none where nothing does.</summary>
    /// <param name="before">The tables before the transaction.</param>
    /// <param name="after">The tables after it.</param>
    /// <param name="changes">What it wrote to tables of governance.</param>
    public static string? Refuse(LedgerTables before, LedgerTables after, IEnumerable<TableWrites> changes)
    {
        foreach (var change in changes.Where(change => !RightsChange.IsIn(change.Name)))
        {
            var own = All.FirstOrDefault(one => one.Table == change.Name);
            if (own?.May(before, after, WriteComparison.Changed(before, change)) == true) continue;
            var others = own is null ? "" : $", and not as others may change it: {own.By}";
            return $"{change.Name} was changed without a member's signed request{others}.";
        }
        return null;
    }

    private static bool Opens(LedgerTables before, LedgerTables after, IReadOnlyList<KeyWrite> rows) =>
        rows.All(row => ServiceSteps.Fault(before, row.Value, ServiceSteps.OfService) is null);

    // The keys of an issuer whose keys members set themselves stay as they set them.
    private static bool IsRefreshed(LedgerTables before, LedgerTables after, IReadOnlyList<KeyWrite> rows)
    {
        var refreshed = TokenIssuer.List(before).Where(one => one.AutoRefresh).Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        return rows.All(write =>
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
