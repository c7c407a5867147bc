using System.Diagnostics;

namespace Stele.Nemesis.Ground;

/// <summary>The nemesis itself once more, in a network namespace that is all its own.</summary>
internal static class NamespaceProgram
{
    private const string Mark = "TEST_NEMESIS_APART";

    /// <summary>Whether this process is in it already.</summary>
    public static bool IsApart => Environment.GetEnvironmentVariable(Mark) is not null;

    /// <summary>Runs it with these arguments to its end.</summary>
    /// <returns>What it ended with.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        using var process = Process.Start(StartInfo(Path.Combine(AppContext.BaseDirectory, "Stele.Nemesis.dll"), arguments))!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>How it is started.</summary>
    public static ProcessStartInfo StartInfo(string program, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]).Within(LinuxNetwork.Apart);
        start.Environment[Mark] = "1";
        return start;
    }
}
