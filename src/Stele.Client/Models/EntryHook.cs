namespace Stele.Client;

/// <summary>A user-defined function that is run with an entry.</summary>
public sealed class EntryHook
{
    /// <summary>A hook.</summary>
    /// <param name="functionId">The function's id.</param>
    /// <param name="call">How it is called; null for its <c>main</c> without arguments.</param>
    public EntryHook(string functionId, FunctionCall? call = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(functionId);
        (FunctionId, Call) = (functionId, call);
    }

    /// <summary>The function's id.</summary>
    public string FunctionId { get; }

    /// <summary>How it is called; null for its <c>main</c> without arguments.</summary>
    public FunctionCall? Call { get; }
}
