using Stele.Ledger.Files;

namespace Stele.Server.Doctor;

/// <summary>The disk: room, how long it lasts, what kind it is, and whether it keeps what it is told to.</summary>
internal static class DiskCheck
{
    private const string Check = "disk";
    private const long FailBelow = 64 << 20;
    private const long WarnBelow = 1L << 30;
    private const int ChunksLooked = 20;
    private static readonly TimeSpan SlowFlush = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    public static void Run(string home, Findings findings, TimeProvider time)
    {
        var drive = new DriveInfo(home);
        var free = drive.AvailableFreeSpace;
        var lasts = Lasts(Path.Combine(home, "ledger"), free);
        var what = $"{free >> 20} MiB of {drive.TotalSize >> 20} are free"
            + (lasts is { } days ? $", {days.TotalDays:F0} days at the present growth" : "");
        const string advice =
            "Make room, or move the data directory to a larger disk. A full disk stops writes, and loses nothing.";
        if (free < FailBelow) findings.Fail(Check, what, advice);
        else if (free < WarnBelow || lasts < Month) findings.Warn(Check, what, advice);
        else findings.Ok(Check, what);
        Kind(drive.DriveFormat, findings);
        Flush(home, findings, time);
    }

    private static void Kind(string format, Findings findings)
    {
        if (format is "tmpfs" or "ramfs")
            findings.Warn(Check, $"the data directory is on {format}, in memory",
                "Move it to a disk: a restart of the machine loses the ledger.");
        else if (format.StartsWith("nfs", StringComparison.Ordinal) || format is "cifs" or "smb2" or "fuse" or "9p")
            findings.Warn(Check, $"the data directory is on {format}",
                "Use a local disk: locks and flushes over a network are not what they say.");
        else findings.Ok(Check, $"file system {format}");
    }

    // How fast the last closed files came tells how fast the rest of the disk fills.
    private static TimeSpan? Lasts(string ledger, long free)
    {
        if (!Directory.Exists(ledger)) return null;
        var closed = Directory.GetFiles(ledger, "*.committed").Select(path => new FileInfo(path))
            .OrderByDescending(file => file.LastWriteTimeUtc).Take(ChunksLooked).ToList();
        if (closed.Count < 2) return null;
        var took = closed[0].LastWriteTimeUtc - closed[^1].LastWriteTimeUtc;
        var grown = closed.SkipLast(1).Sum(file => file.Length);
        return took < TimeSpan.FromHours(1) || grown == 0
            ? null
            : TimeSpan.FromSeconds(Math.Min(took.TotalSeconds / grown * free, TimeSpan.FromDays(36_500).TotalSeconds));
    }

    // Nothing is written: an append's flush has more to do, and its time is among the node's metrics.
    private static void Flush(string home, Findings findings, TimeProvider time)
    {
        var start = time.GetTimestamp();
        try
        {
            Durable.FlushDirectory(home);
        }
        catch (IOException fault)
        {
            findings.Fail(Check, $"it does not keep what it is told to: {fault.Message}",
                "Replace the disk. Verify the ledger (stele audit).");
            return;
        }
        var took = time.GetElapsedTime(start);
        if (took > SlowFlush)
            findings.Warn(Check, $"to flush the directory took {took.TotalMilliseconds:F0} ms",
                "Each batch of appends waits for more than that: use a faster disk.");
        else findings.Ok(Check, $"to flush the directory takes {took.TotalMilliseconds:F1} ms; what is written takes longer");
    }
}
