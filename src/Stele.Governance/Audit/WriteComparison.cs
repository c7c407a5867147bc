using System.Text;
using System.Text.Json;
using Stele.Governance.Recovery;
using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Recovery;
using Stele.Ledger.Secrets;
using Stele.Ledger.Tables;

namespace Stele.Governance.Audit;

/// <summary>Compares what was decided with what the ledger has.</summary>
internal static class WriteComparison
{
    // Written along with a decision or a recovery by the service, which knows the secrets: they give nobody a right.
    private static readonly TableName[] Carried =
    [
        RecoveryShares.Table, SubmittedShares.Table, SecretLink.Table, SecretDelivery.Table, LedgerState.SnapshotDemands,
        EarlierServices.Endorsements, EarlierServices.LastSignedRoot, EarlierServices.LastRecoveryType,
    ];

    /// <summary>
    /// Whether a table is one that governance answers for: what members decide on, users and roles, and what kind of ledger it is.
    /// </summary>
    public static bool IsGoverned(TableName table) =>
        table.Value.StartsWith(GovernanceTables.Prefix, StringComparison.Ordinal) || RightsChange.IsIn(table)
        || table == ServiceTable.Ledger;

    /// <summary>What a transaction of governance wrote that does not belong into it; none where nothing is.</summary>
    /// <param name="written">What it wrote to public tables.</param>
    /// <param name="seals">Whether it wrote to private tables too.</param>
    public static string? Beside(WriteSet written, bool seals) =>
        seals ? "something sealed" : written.Tables.Select(table => table.Name)
            .FirstOrDefault(name => !IsGoverned(name) && !Carried.Contains(name)).Value;

    /// <summary>The rows of a table that are others after a transaction than before.</summary>
    public static IReadOnlyList<KeyWrite> Changed(LedgerTables before, TableWrites table) =>
        [.. table.Writes.Where(row => !IsAsBefore(before, table.Name, row))];

    /// <summary>The first difference; none where there is none. A row that is written as it was makes none.</summary>
    public static string? Difference(LedgerTables before, WriteSet decided, WriteSet written)
    {
        foreach (var table in written.Tables.Where(table => IsGoverned(table.Name)))
        {
            foreach (var row in table.Writes)
            {
                if (!Has(decided, table.Name, row) && !IsAsBefore(before, table.Name, row))
                    return $"{Name(table.Name, row.Key)} was written otherwise than what members signed gives.";
            }
        }
        foreach (var table in decided.Tables)
        {
            foreach (var row in table.Writes)
            {
                if (!Has(written, table.Name, row) && !IsAsBefore(before, table.Name, row))
                    return $"{Name(table.Name, row.Key)} was not written as what members signed gives.";
            }
        }
        return null;
    }

    /// <summary>Whether a row is among others, with the same value.</summary>
    public static bool Has(WriteSet writes, TableName table, KeyWrite row) =>
        writes.Find(table)?.Writes.Any(other => other.Key.Span.SequenceEqual(row.Key.Span)
            && (Same(other.Value, row.Value) || (table == TableNames.ServiceInfo && Says(other.Value) == Says(row.Value)))) == true;

    private static bool IsAsBefore(LedgerTables before, TableName table, KeyWrite row) =>
        Same(row.Value, before.TryGet(table, row.Key, out var value) ? value : default(ReadOnlyMemory<byte>?));

    // The service writes it, not the constitution: services of other versions leave out what is null.
    private static string? Says(ReadOnlyMemory<byte>? row)
    {
        if (row is not { } bytes) return null;
        using var info = JsonDocument.Parse(bytes);
        var known = info.RootElement.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null);
        return string.Join('\n', known.OrderBy(member => member.Name, StringComparer.Ordinal));
    }

    private static bool Same(ReadOnlyMemory<byte>? one, ReadOnlyMemory<byte>? other) =>
        one is { } a && other is { } b ? a.Span.SequenceEqual(b.Span) : one is null && other is null;

    private static string Name(TableName table, ReadOnlyMemory<byte> key) =>
        key.Span.SequenceEqual(TableNames.SingleKey.Span) ? $"{table}" : $"{table}, row {Encoding.UTF8.GetString(key.Span)},";
}
