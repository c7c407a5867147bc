using System.Diagnostics;

namespace Stele.EndToEnd.Tests.Crash;

internal static class Signals
{
    /// <summary>Asks a process to end, as a service manager does.</summary>
    public static void Terminate(int process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.ToString()]);
        kill.WaitForExit();
    }
}
