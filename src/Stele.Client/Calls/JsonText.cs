using System.Text.Json;

namespace Stele.Client.Calls;

/// <summary>Reads what answers are made of.</summary>
internal static class JsonText
{
    /// <exception cref="FormatException">There is no such text.</exception>
    public static string Text(this JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null.");

    public static string? OptionalText(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <exception cref="FormatException">It is no transaction id.</exception>
    public static TransactionId Transaction(string? text) => TransactionId.TryParse(text, out var id)
        ? id
        : throw new FormatException($"«{text}» is no transaction id.");
}
