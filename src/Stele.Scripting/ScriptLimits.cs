namespace Stele.Scripting;

/// <summary>
/// What a script may use. Steps and memory are counted the same way on every machine; the time is a second line, and not part of
/// any outcome.
/// </summary>
/// <param name="Steps">Calls and turns of loops inside the engine: one or a few for each operation of a script.</param>
/// <param name="MemoryBytes">Memory for all values of the script, in bytes.</param>
/// <param name="StackBytes">The engine's stack, in bytes: about a thousand for one call of a function.</param>
/// <param name="Time">Time on the clock.</param>
public sealed record ScriptLimits(long Steps, int MemoryBytes, int StackBytes, TimeSpan Time)
{
    /// <summary>The largest stack that the engine has, in bytes.</summary>
    public const int StackBytesMax = 2 << 20;

    /// <summary>What a constitution and ballots get: 300 million steps, 64 MiB, 1 MiB of stack, a minute.</summary>
    public static ScriptLimits Governance { get; } = new(300_000_000, 64 << 20, 1 << 20, TimeSpan.FromSeconds(60));
}
