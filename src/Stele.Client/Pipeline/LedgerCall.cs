using System.Text.Json;
using Azure;
using Azure.Core;

namespace Stele.Client.Pipeline;

/// <summary>One request and what its answer means; said once, sent synchronously or asynchronously.</summary>
/// <param name="Name">The span's name: the client and its method.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path with its query, relative to the ledger's address.</param>
/// <param name="Read">Makes the value of the body's JSON, which is undefined where there is no body.</param>
internal sealed record LedgerCall<T>(string Name, RequestMethod Method, string Path, Func<JsonElement, Response, T> Read)
{
    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>What the body is.</summary>
    public string ContentType { get; init; } = "application/json";
}
