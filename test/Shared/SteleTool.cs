using System.Diagnostics;

namespace Stele.Tests;

/// <summary>The built <c>stele</c> tool, as a user would call it.</summary>
internal static class SteleTool
{
    /// <summary>How the tool is started with these arguments, its streams in the caller's hands.</summary>
    public static ProcessStartInfo StartInfo(params string[] arguments) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "stele.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Machines that run tests have no enclave.
            Environment = { ["STELE_VIRTUAL"] = "1" },
        };

    /// <summary>Runs the tool to its end.</summary>
    public static Task<Finished> RunAsync(params string[] arguments) => Finished.RunAsync(StartInfo(arguments));
}
