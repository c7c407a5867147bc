using System.CommandLine.Parsing;
using Stele.Cli.Output;

namespace Stele.Cli.Tests;

/// <summary>The tool without a process of its own, for what only reads its arguments: refusals, help, <c>stele config</c>.</summary>
internal static class ToolInProcess
{
    public static Task<Finished> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    /// <summary>The same with more in its environment.</summary>
    public static async Task<Finished> RunAsync(IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        var environment = Environment.GetEnvironmentVariables();
        environment["STELE_VIRTUAL"] = "1"; // As SteleTool has it.
        foreach (var (name, value) in variables) environment[name] = value;
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var call = new ToolCall(output, errors, environment);
        if (call.Read(arguments, out var exitCode) is { } parsed)
        {
            // Whatever else is taken would be done here, in the midst of the tests.
            var onlySpeaks = parsed.Action is TeachingHelp || parsed.CommandResult.Parent is CommandResult { Command.Name: "config" };
            Assert.True(onlySpeaks, $"It was not refused: stele {string.Join(' ', arguments)}");
            exitCode = await call.InvokeAsync(parsed);
        }
        return new Finished(exitCode, output.ToString(), errors.ToString());
    }
}
