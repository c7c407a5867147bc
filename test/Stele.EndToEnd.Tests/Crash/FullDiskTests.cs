using System.Diagnostics;
using System.Net;

namespace Stele.EndToEnd.Tests.Crash;

/// <summary>A disk that is really full: a file system of a few megabytes.</summary>
public sealed class FullDiskTests
{
    private const int DiskBytes = 8 << 20;

    [Fact]
    public async Task On_a_full_disk_writes_stop_reads_go_on_and_nothing_answered_is_lost()
    {
        using var directory = new TemporaryDirectory();
        Mount(directory.Path);
        try
        {
            await RunAsync(Path.Combine(directory.Path, "data"), Path.Combine(directory.Path, "ballast"));
        }
        finally
        {
            using var unmount = Process.Start("umount", [directory.Path]);
            unmount.WaitForExit();
        }
    }

    private static async Task RunAsync(string data, string ballast)
    {
        var committed = new List<Answer>();
        Answer last;
        await File.WriteAllBytesAsync(ballast, new byte[64 * 1024], TestContext.Current.CancellationToken);
        await using (var node = await CrashNode.StartAsync(data))
        {
            var contents = new string('x', 200_000);
            for (last = await node.AppendAsync(contents, wait: true); last.Status == HttpStatusCode.OK;)
            {
                committed.Add(last);
                last = await node.AppendAsync($"{committed.Count} {contents}", wait: true);
            }
            Assert.True(last.Status is null or HttpStatusCode.ServiceUnavailable, last.ToString());
            var next = await node.AppendAsync("small", wait: true);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, next.Status);
            Assert.Equal(committed[^1].Contents, await node.ContentsAsync(committed[^1].Id!));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await node.GetAsync("/healthz/ready")).Status);
            await node.StopAsync();
        }
        // Once there is room again, a restart finds everything that was answered, and nothing that was refused.
        File.Delete(ballast);
        await using var again = await CrashNode.StartAsync(data);
        foreach (var answer in committed) Assert.Equal(answer.Contents, await again.ContentsAsync(answer.Id!));
        if (last.Status is not null) Assert.False(await again.HoldsAsync(last.Contents), "it was refused and yet it is there");
        Assert.False(await again.HoldsAsync("small"));
        Assert.Equal(HttpStatusCode.OK, (await again.AppendAsync("room again", wait: true)).Status);
        await again.StopAsync();
        await LedgerChecks.AuditsCleanAsync(again.LedgerDirectory);
    }

    private static void Mount(string path)
    {
        using var mount = Process.Start(new ProcessStartInfo(
            "mount", ["-t", "tmpfs", "-o", $"size={DiskBytes}", "tmpfs", path])
        { UseShellExecute = false, RedirectStandardError = true })!;
        mount.WaitForExit();
        Assert.SkipWhen(
            mount.ExitCode != 0 && Environment.GetEnvironmentVariable("CI") != "true",
            "this user may not mount a file system to fill");
        Assert.Equal(0, mount.ExitCode);
    }
}
