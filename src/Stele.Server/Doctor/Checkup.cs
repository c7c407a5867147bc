using System.Security.Cryptography;
using System.Text.Json;
using Stele.Server.Home;
using Stele.Server.Hosting;

namespace Stele.Server.Doctor;

/// <summary>
/// Looks a node over: its directory, keys, certificates, clock, disk, ports, etcd, health. It leaves everything as it was: what it
/// does to see is to ask for a lock, to open the node's ports where no node runs, and to put a key into etcd that it deletes again.
/// </summary>
public static class Checkup
{
    /// <summary>Makes all checks.</summary>
    /// <param name="options">What is looked at.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(CheckupOptions options, TimeProvider time, CancellationToken cancel)
    {
        var findings = new Findings();
        DateTimeOffset? lastSigned = null;
        var isRunning = false;
        if (options.DataDirectory is { } data)
        {
            var directory = new DirectoryCheck(Path.GetFullPath(data), findings);
            Guard(findings, "directory", () => directory.Run());
            if (directory is { IsThere: true, IsBackup: false })
            {
                isRunning = PortCheck.IsRunning(directory.Path);
                await GuardAsync(findings, "ledger", async () =>
                    lastSigned = await LedgerCheck.RunAsync(directory.Path, isRunning, findings, time, cancel));
                await GuardAsync(findings, "keys", () => KeyCheck.RunAsync(directory.Path, options.Sealing, findings, time, cancel));
                Guard(findings, "certificates", () => CertificateCheck.Run(directory.Path, options.Url?.Host, findings, time));
                Guard(findings, "disk", () => DiskCheck.Run(directory.Path, findings, time));
                Guard(findings, "ports", () => PortCheck.Run(options, isRunning, findings));
            }
        }
        ClockCheck.OfLedger(lastSigned, findings, time);
        await GuardAsync(findings, "node", () => NodeCheck.RunAsync(options, isRunning, findings, time, cancel));
        if (options.Network is { } network)
            await GuardAsync(findings, "etcd", () => EtcdCheck.RunAsync(network, LedgerOf(options), findings, time, cancel));
        return findings.All;
    }

    private static string LedgerOf(CheckupOptions options) =>
        options.LedgerId ?? (options.DataDirectory is { } data ? BackupFiles.LedgerIdIn(data) : null) ?? LedgerHostOptions.DefaultLedgerId;

    private static void Guard(Findings findings, string check, Action run)
    {
        try
        {
            run();
        }
        catch (Exception fault) when (IsOfFiles(fault))
        {
            Unreadable(findings, check, fault);
        }
    }

    private static async Task GuardAsync(Findings findings, string check, Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception fault) when (IsOfFiles(fault))
        {
            Unreadable(findings, check, fault);
        }
    }

    private static bool IsOfFiles(Exception fault) => fault is IOException or UnauthorizedAccessException or LedgerHomeException
        or CryptographicException or FormatException or JsonException;

    private static void Unreadable(Findings findings, string check, Exception fault) => findings.Fail(
        check, fault.Message,
        fault is UnauthorizedAccessException ? "Run this as the user that the node runs as." : "See to what it says.");
}
