namespace Stele.Client;

/// <summary>What came of a user-defined function. One that failed has changed nothing.</summary>
public sealed class FunctionResult
{
    internal FunctionResult(string? returnValue, string? errorMessage) => (ReturnValue, ErrorMessage) = (returnValue, errorMessage);

    /// <summary>Whether it ended well.</summary>
    public bool Succeeded => ErrorMessage is null;

    /// <summary>What it returned, empty where nothing; null where it failed.</summary>
    public string? ReturnValue { get; }

    /// <summary>Why it failed; null where it did not.</summary>
    public string? ErrorMessage { get; }
}
