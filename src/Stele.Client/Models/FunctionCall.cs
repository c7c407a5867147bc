namespace Stele.Client;

/// <summary>How a user-defined function is called.</summary>
public sealed class FunctionCall
{
    /// <summary>The function's arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The exported function; null for <c>main</c>.</summary>
    public string? ExportedFunctionName { get; init; }

    /// <summary>Limits of this call: a JSON object as the service describes it (<c>max_heap_bytes</c>, …); null for its own.</summary>
    public BinaryData? RuntimeOptions { get; init; }
}
