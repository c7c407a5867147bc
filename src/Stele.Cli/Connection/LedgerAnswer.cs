using System.Net;
using System.Text;
using System.Text.Json;

namespace Stele.Cli.Connection;

/// <summary>What a ledger answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="TransactionId">The transaction, as its header says it.</param>
/// <param name="RetryAfter">When to ask again.</param>
/// <param name="Body">The body's bytes.</param>
internal sealed record LedgerAnswer(HttpStatusCode Status, string? TransactionId, TimeSpan? RetryAfter, byte[] Body)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json()
    {
        try
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new CommandFailedException("The ledger's answer is not JSON; is this address a ledger's?", ExitCode.Failed);
        }
    }

    /// <summary>The error's code and message.</summary>
    public (string Code, string Message) Error()
    {
        try
        {
            using var document = JsonDocument.Parse(Body);
            var error = document.RootElement.GetProperty("error");
            return (error.GetProperty("code").GetString()!, error.GetProperty("message").GetString()!);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return (Status.ToString(), Encoding.UTF8.GetString(Body));
        }
    }
}
