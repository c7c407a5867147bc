using System.Text;
using System.Text.Json;
using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Audit;

/// <summary>A table of governance that others than members change too.</summary>
/// <param name="Table">The table.</param>
/// <param name="By">Who changes it, and why.</param>
/// <param name="May">Whether a change is of that kind, by the state before it.</param>
internal sealed record OwnTable(TableName Table, string By, Func<LedgerTables, TableWrites, bool> May)
{
    private static readonly TableName JwtIssuers = new($"{GovernanceTables.Prefix}jwt.issuers");

    /// <summary>All of them. A change of any other table needs a proposal that passed.</summary>
    public static readonly IReadOnlyList<OwnTable> All =
    [
        new(TableNames.NodesInfo, "nodes that ask to join or leave, and administrators, who let them in and out", Always),
        new(TableNames.NodesEndorsedCertificates, "the service, which renews the certificates of its nodes", Always),
        new(TableNames.ServiceInfo, "the service, which opens; its identity stays", KeepsIdentity),
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

    private static bool KeepsIdentity(LedgerTables before, TableWrites change) =>
        change.Writes is [{ Value: { } row }] && CertificateIn(row) is { } certificate && certificate == ServiceTable.Certificate(before);

    // Rows are lists of {"issuer", "jwk"}: those of issuers whose keys members set stay as they are.
    private static bool IsRefreshed(LedgerTables before, TableWrites change) => change.Writes.All(row =>
        SetByMembers(before, row.Value).SequenceEqual(
            SetByMembers(before, before.TryGet(change.Name, row.Key, out var old) ? old : default(ReadOnlyMemory<byte>?))));

    private static List<string> SetByMembers(LedgerTables tables, ReadOnlyMemory<byte>? row)
    {
        if (row is not { } bytes) return [];
        using var keys = JsonDocument.Parse(bytes);
        return [.. keys.RootElement.EnumerateArray().Where(key => !IsAutomatic(tables, key)).Select(key => key.GetRawText())];
    }

    private static bool IsAutomatic(LedgerTables tables, JsonElement key)
    {
        var issuer = Encoding.UTF8.GetBytes(key.GetProperty("issuer").GetString()!);
        if (!tables.TryGet(JwtIssuers, issuer, out var row)) return false;
        using var settings = JsonDocument.Parse(row);
        return settings.RootElement.TryGetProperty("auto_refresh", out var auto) && auto.ValueKind == JsonValueKind.True;
    }

    private static string? CertificateIn(ReadOnlyMemory<byte> row)
    {
        using var info = JsonDocument.Parse(row);
        return info.RootElement.GetProperty("cert").GetString();
    }
}
