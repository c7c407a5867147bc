using System.Text.Json;
using Stele.Ledger.Entries;

namespace Stele.Governance;

/// <summary>Reads members of rows; where one is not as it must be, says of which table.</summary>
internal static class RowReading
{
    /// <summary>A member that a row must have.</summary>
    /// <exception cref="FormatException">It has not.</exception>
    public static JsonElement Member(this JsonElement row, TableName table, string name) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(name, out var value)
            ? value
            : throw new FormatException($"A row of {table} has no {name}.");

    /// <summary>A text that a row must have.</summary>
    /// <exception cref="FormatException">It has none.</exception>
    public static string Text(this JsonElement row, TableName table, string name) =>
        row.Member(table, name) is { ValueKind: JsonValueKind.String } value
            ? value.GetString()!
            : throw new FormatException($"{name} in a row of {table} is no text.");

    /// <summary>One of some names that a row must have.</summary>
    /// <exception cref="FormatException">It has none, or another.</exception>
    public static T Name<T>(this JsonElement row, TableName table, string name) where T : struct, Enum =>
        Enum.TryParse<T>(row.Text(table, name), out var value)
            ? value
            : throw new FormatException($"{name} in a row of {table} is none of {string.Join(", ", Enum.GetNames<T>())}.");
}
