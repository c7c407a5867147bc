namespace Stele.Scripting;

/// <summary>How a script's run ended.</summary>
public abstract record ScriptOutcome
{
    private ScriptOutcome()
    {
    }

    /// <summary>The function returned.</summary>
    /// <param name="Json">What it returned, as JSON; none for <c>undefined</c>.</param>
    public sealed record Returned(string? Json) : ScriptOutcome;

    /// <summary>The script cannot be compiled, threw, or came to a limit.</summary>
    /// <param name="Error">What is wrong.</param>
    public sealed record Failed(ScriptError Error) : ScriptOutcome;
}
