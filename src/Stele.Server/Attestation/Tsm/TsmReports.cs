using System.Globalization;
using System.Text;
using Stele.Governance.Nodes;

namespace Stele.Server.Attestation.Tsm;

/// <summary>
/// Evidence through configfs-tsm (Linux 6.7 and later; Documentation/ABI/testing/configfs-tsm-report): SEV-SNP and TDX by the
/// same directory.
/// </summary>
/// <param name="directory"><c>/sys/kernel/config/tsm/report</c>.</param>
/// <param name="privilege">The SNP privilege level (VMPL) to ask for; null for the least that the kernel gives.</param>
/// <param name="time">Measures the pauses.</param>
/// <param name="make">Makes a report's directory, in which the kernel puts its attributes.</param>
/// <param name="remove">Removes it, with which the attributes go.</param>
internal sealed class TsmReports(
    string directory, int? privilege, TimeProvider time, Action<string> make, Action<string> remove) : IEvidenceSource
{
    /// <summary>Where the kernel has it.</summary>
    public const string KernelDirectory = "/sys/kernel/config/tsm/report";

    private const int Attempts = 10;
    private const int ReportBytesMax = 64 * 1024;
    private const int CertificateBytesMax = 256 * 1024;

    // Errno of the kernel for «again»: the report is being made anew, or was changed before it was read.
    private const int EAgain = 11;
    private const int EBusy = 16;
    private const int ENoDevice = 6;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Evidence by a directory of the kernel's.</summary>
    public TsmReports(string directory, int? privilege, TimeProvider time)
        : this(directory, privilege, time, path => Directory.CreateDirectory(path), path => Directory.Delete(path))
    {
    }

    /// <inheritdoc/>
    public string Name => $"configfs-tsm at {directory}";

    /// <summary>Whether a platform stands behind the directory. The directory alone does not say so.</summary>
    /// <exception cref="EvidenceException">It cannot be known: this process may not use the directory.</exception>
    public bool HasProvider()
    {
        if (!Directory.Exists(directory)) return false;
        try
        {
            remove(NewEntry());
            return true;
        }
        catch (IOException fault) when (fault.HResult == ENoDevice)
        {
            return false;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Refused(fault);
        }
    }

    /// <inheritdoc/>
    public async Task<PlatformEvidence> GetAsync(ReadOnlyMemory<byte> reportData, CancellationToken cancel)
    {
        try
        {
            var path = NewEntry();
            try
            {
                return await GetAsync(new TsmEntry(path), reportData, cancel);
            }
            finally
            {
                remove(path);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Refused(fault);
        }
    }

    private async Task<PlatformEvidence> GetAsync(TsmEntry entry, ReadOnlyMemory<byte> reportData, CancellationToken cancel)
    {
        var format = FormatOf(await entry.ReadTextAsync("provider", cancel));
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await TryAsync(entry, format, reportData, cancel) is { } evidence) return evidence;
            await Task.Delay(Pause, time, cancel);
        }
        throw new EvidenceException($"{Name}: another process changes this node's report each time before it can be read.");
    }

    // Null where somebody else wrote between our writes and our reads: what was read may be about other data.
    private async Task<PlatformEvidence?> TryAsync(
        TsmEntry entry, string format, ReadOnlyMemory<byte> reportData, CancellationToken cancel)
    {
        try
        {
            var before = await entry.ReadNumberAsync("generation", cancel);
            var writes = await WriteAsync(entry, reportData, cancel);
            var report = await entry.ReadAsync("outblob", ReportBytesMax, cancel);
            var certificates = entry.Has("auxblob") ? await entry.ReadAsync("auxblob", CertificateBytesMax, cancel) : [];
            var after = await entry.ReadNumberAsync("generation", cancel);
            return after == before + writes ? new PlatformEvidence(format, report, certificates) : null;
        }
        catch (IOException fault) when (fault.HResult is EAgain or EBusy)
        {
            return null;
        }
    }

    private async Task<ulong> WriteAsync(TsmEntry entry, ReadOnlyMemory<byte> reportData, CancellationToken cancel)
    {
        var writes = 1UL;
        if (await PrivilegeAsync(entry, cancel) is { } level)
        {
            await entry.WriteAsync("privlevel", Encoding.ASCII.GetBytes(level.ToString(CultureInfo.InvariantCulture)), cancel);
            writes++;
        }
        await entry.WriteAsync("inblob", reportData, cancel);
        return writes;
    }

    private async Task<ulong?> PrivilegeAsync(TsmEntry entry, CancellationToken cancel)
    {
        if (!entry.Has("privlevel"))
            return privilege is null ? null : throw new EvidenceException($"{Name}: this platform has no privilege levels.");
        var floor = entry.Has("privlevel_floor") ? await entry.ReadNumberAsync("privlevel_floor", cancel) : 0;
        if (privilege is null) return floor;
        return (ulong)privilege >= floor
            ? (ulong)privilege
            : throw new EvidenceException($"{Name}: privilege level {privilege} is below {floor}, the least that the kernel gives here.");
    }

    private string FormatOf(string provider) => provider switch
    {
        "sev_guest" => NodeEvidence.SnpFormat,
        "tdx_guest" => NodeEvidence.TdxFormat,
        _ => throw new EvidenceException($"{Name}: the provider «{provider}» is none that this release knows."),
    };

    private string NewEntry()
    {
        var path = Path.Combine(directory, $"stele-{Guid.NewGuid():N}");
        make(path);
        return path;
    }

    private EvidenceException Refused(Exception fault) => new(
        $"{Name} cannot be used: {fault.Message} The node needs write access there; in a container, mount configfs read-write.", fault);
}
