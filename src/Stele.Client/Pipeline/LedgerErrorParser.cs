using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Azure;
using Azure.Core;

namespace Stele.Client.Pipeline;

/// <summary>Reads the errors of ledgers: <c>{"error":{"code","message"}}</c>.</summary>
internal sealed class LedgerErrorParser : RequestFailedDetailsParser
{
    public static readonly LedgerErrorParser Shared = new();

    /// <summary>The ledger's code of an error; null where the answer is none of a ledger.</summary>
    public static string? CodeOf(Response response) => Shared.TryParse(response, out var error, out _) ? error.Code : null;

    /// <inheritdoc/>
    public override bool TryParse(
        Response response, [NotNullWhen(true)] out ResponseError? error, out IDictionary<string, string>? data)
    {
        (error, data) = (null, null);
        try
        {
            using var json = JsonDocument.Parse(response.Content.ToMemory());
            if (!json.RootElement.TryGetProperty("error", out var members)) return false;
            error = new ResponseError(Text(members, "code"), Text(members, "message"));
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Somebody else's answer, a proxy's perhaps: the status says enough.
            return false;
        }
    }

    private static string? Text(JsonElement members, string name) =>
        members.TryGetProperty(name, out var value) ? value.GetString() : null;
}
