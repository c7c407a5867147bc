namespace Stele.Cli.Bench;

/// <summary>How this process itself runs while it makes load.</summary>
internal static class LoadGeneratorSettings
{
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>What is set for this process, and not for the servers that it starts.</summary>
    public static IReadOnlyList<string> EnvironmentNames { get; } = [InlineCompletions];

    /// <summary>
    /// Lets replies be read on the thread that waits for sockets: the load shares its processors with the server, and each
    /// hop to another thread costs the server. To be called before the first socket is made.
    /// </summary>
    public static void Apply() => Environment.SetEnvironmentVariable(InlineCompletions, "1");
}
