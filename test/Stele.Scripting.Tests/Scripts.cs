using System.Text.Json;

namespace Stele.Scripting.Tests;

/// <summary>Runs scripts with small limits.</summary>
internal static class Scripts
{
    public static ScriptLimits Limits { get; } = new(10_000_000, 16 << 20, 1 << 20, TimeSpan.FromMinutes(5));

    public static ScriptOutcome Evaluate(string expression) => Run($"export function main() {{ return {expression}; }}");

    public static ScriptOutcome Run(string source, string arguments = "[]", IScriptHost? host = null) => Sandbox.Run(
        new Script("test.js", source), "main", arguments, host ?? new NoHost(), Limits, TimeProvider.System,
        TestContext.Current.CancellationToken);

    public static ScriptError? Check(string source) => Sandbox.Check(
        new Script("test.js", source), ["main"], new NoHost(), Limits, TimeProvider.System, TestContext.Current.CancellationToken);

    public sealed class NoHost : IScriptHost
    {
        public HostAnswer Answer(string operation, JsonElement arguments, byte[]? first, byte[]? second) =>
            throw new ScriptHostException($"{operation} is not for tests");
    }
}
