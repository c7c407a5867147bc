using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Stele.Server.Api;

namespace Stele.Server.Telemetry;

/// <summary>What a request is counted under: one of a few names, whatever a client sends.</summary>
internal static class OperationName
{
    private const string Other = "other";

    // By path as the table has it, then by method.
    private static readonly FrozenDictionary<string, FrozenDictionary<string, string>> Names = Operations.All
        .GroupBy(operation => operation.Path.ToString())
        .ToFrozenDictionary(
            group => group.Key,
            group => group.DistinctBy(operation => operation.Method)
                .ToFrozenDictionary(operation => operation.Method, operation => operation.ToString()));

    /// <summary>The name of a request's operation.</summary>
    public static string Of(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        var operations = Operations.Of(path, out _);
        if (operations.Count > 0)
            return Names[operations[0].Path.ToString()].TryGetValue(request.Method, out var name) ? name : Other;
        return path.StartsWith("/node/", StringComparison.Ordinal) ? "/node"
            : path.StartsWith("/gov/", StringComparison.Ordinal) ? "/gov"
            : path.StartsWith("/explorer/", StringComparison.Ordinal) ? "/explorer"
            : path.StartsWith("/app/", StringComparison.Ordinal) ? "user-defined"
            : Other;
    }
}
