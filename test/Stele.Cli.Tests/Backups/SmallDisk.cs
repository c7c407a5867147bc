using System.Diagnostics;

namespace Stele.Cli.Tests.Backups;

/// <summary>A file system of a few megabytes, to be filled; the test is skipped where this user may not mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(int bytes)
    {
        Path = Directory.CreateTempSubdirectory("stele-disk-").FullName;
        using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", $"size={bytes}", "tmpfs", Path])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        mount.WaitForExit();
        if (mount.ExitCode != 0) Directory.Delete(Path);
        Requirement.Met(mount.ExitCode == 0, "this user may not mount a file system to fill");
    }

    public string Path { get; }

    public void Dispose()
    {
        using (var unmount = Process.Start("umount", [Path])) unmount.WaitForExit();
        Directory.Delete(Path);
    }
}
