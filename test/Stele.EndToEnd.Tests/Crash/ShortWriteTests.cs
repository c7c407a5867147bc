using System.Diagnostics;
using System.Net;

namespace Stele.EndToEnd.Tests.Crash;

/// <summary>
/// The system takes only the first bytes of a write: a limit on the size of files, set while the node runs, breaks it off at
/// an exact byte, as a disk does that fills up within it.
/// </summary>
public sealed class ShortWriteTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(36)]
    [InlineData(100)]
    [InlineData(250)]
    public async Task A_write_that_breaks_off_leaves_nothing_that_was_not_answered(int bytes)
    {
        using var home = new TemporaryDirectory();
        Answer before;
        Answer broken;
        await using (var node = await CrashNode.StartAsync(home.Path))
        {
            before = await node.AppendAsync("before", wait: true);
            Assert.Equal(HttpStatusCode.OK, before.Status);
            var length = new FileInfo(Path.Combine(node.LedgerDirectory, "ledger_1")).Length;
            Limit(node.ProcessId, length + bytes);
            broken = await node.AppendAsync("broken off", wait: true);
            Assert.True(broken.Status is null or HttpStatusCode.ServiceUnavailable, broken.ToString());
            await node.KillAsync();
        }
        await using var again = await CrashNode.StartAsync(home.Path);
        Assert.Equal("before", await again.ContentsAsync(before.Id!));
        if (broken.Status is not null) Assert.False(await again.HoldsAsync("broken off"), "it was refused and yet it is there");
        Assert.Equal(HttpStatusCode.OK, (await again.AppendAsync("after", wait: true)).Status);
        await again.StopAsync();
        await LedgerChecks.AuditsCleanAsync(again.LedgerDirectory);
    }

    private static void Limit(int process, long fileSize)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", $"{process}", $"--fsize={fileSize}:{fileSize}"]);
        prlimit.WaitForExit();
        Assert.Equal(0, prlimit.ExitCode);
    }
}
