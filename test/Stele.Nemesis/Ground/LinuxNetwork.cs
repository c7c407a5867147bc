using System.Diagnostics;

namespace Stele.Nemesis.Ground;

/// <summary>The system's own tools (iproute2, util-linux), run in a network namespace of this process's own.</summary>
internal static class LinuxNetwork
{
    /// <summary>
    /// How to run a program where it may make network namespaces: in one of its own, and in a user namespace if it is not root.
    /// </summary>
    public static string[] Apart => Environment.IsPrivilegedProcess
        ? ["unshare", "--net"]
        : ["unshare", "--user", "--map-root-user", "--net"];

    /// <summary>Whether that can be had here.</summary>
    public static async Task<bool> IsThereAsync()
    {
        try
        {
            await RunAsync([.. Apart, "ip", "link", "add", "test", "type", "bridge"]);
            return true;
        }
        catch (Exception failure) when (failure is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Runs one to its end.</summary>
    /// <exception cref="InvalidOperationException">It refused.</exception>
    public static async Task RunAsync(params string[] command)
    {
        var finished = await Finished.RunAsync(new ProcessStartInfo(command[0], command[1..]));
        if (finished.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)}: {finished}");
    }
}
