using System.Text.Json;
using Stele.Governance.Audit;
using Stele.Ledger.Entries;

namespace Stele.Cli.Audit;

/// <summary>What became of users and roles, in words and as JSON.</summary>
internal static class RightsText
{
    public static string Of(RightsChange change) => change.Table == TableNames.UserRoles
        ? $"user {Plain(change.Key)}: {Roles(change.Before)} → {Roles(change.After)}"
        : $"role {RoleOf(change.Table)}: {(change.After is null ? "not any more" : "now")} {Plain(change.Key)}";

    public static void Write(Utf8JsonWriter json, IEnumerable<RightsChange> changes)
    {
        json.WriteStartArray("rights");
        foreach (var change in changes)
        {
            json.WriteStartObject();
            json.WriteString("table", change.Table.Value);
            json.WriteString("key", change.Key);
            json.WriteString("before", change.Before);
            json.WriteString("after", change.After);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string RoleOf(TableName table) => table.Value[(table.Value.LastIndexOf('.') + 1)..];

    private static string Roles(string? row)
    {
        if (row is null) return "none";
        try
        {
            return string.Join(", ", JsonSerializer.Deserialize<string[]>(row) ?? []) is { Length: > 0 } roles ? roles : "none";
        }
        catch (JsonException)
        {
            return row;
        }
    }

    // Rows as they are written are JSON; others are shown as they stand.
    private static string Plain(string key)
    {
        try
        {
            return JsonSerializer.Deserialize<string>(key) ?? key;
        }
        catch (JsonException)
        {
            return key;
        }
    }
}
