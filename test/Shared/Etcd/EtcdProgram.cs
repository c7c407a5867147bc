using System.Diagnostics;

namespace Stele.Tests.Etcd;

/// <summary>Where etcd is on this machine: where <c>eng/install-etcd.sh</c> puts it, or on the PATH.</summary>
internal static class EtcdProgram
{
    private static readonly Lazy<string?> Found = new(Find);

    /// <summary>The program; skips the test where there is none that is new enough.</summary>
    public static string Require()
    {
        Requirement.Met(Found.Value is not null, "There is no etcd 3.5 or newer: run eng/install-etcd.sh.");
        return Found.Value!;
    }

    private static string? Find()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return path.Select(folder => Path.Combine(folder, "etcd"))
            .Append(Path.Combine(home, ".local/share/stele-test/etcd/usr/bin/etcd"))
            .FirstOrDefault(IsNewEnough);
    }

    private static bool IsNewEnough(string program)
    {
        if (!File.Exists(program))
            return false;
        var start = new ProcessStartInfo(program, "--version") { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var line = process.StandardOutput.ReadLine() ?? "";
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return Version.TryParse(line.Split(' ')[^1].Split('-')[0], out var version) && version >= new Version(3, 5);
    }
}
