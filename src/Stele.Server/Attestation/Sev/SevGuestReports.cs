using System.Runtime.InteropServices;
using Stele.Governance.Nodes;

namespace Stele.Server.Attestation.Sev;

/// <summary>Evidence through <c>/dev/sev-guest</c>, where the kernel has no configfs-tsm (Linux 5.19 to 6.6).</summary>
internal sealed class SevGuestReports(Func<ISevGuestDevice> open, int privilege, TimeProvider time) : IEvidenceSource
{
    private const int Attempts = 20;
    private const int CertificateBytesFirst = 4 * 4096;
    private const int CertificateBytesMax = 256 * 1024;
    private const uint HostBufferTooSmall = 1;
    private const uint HostBusy = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public string Name => SevGuestDevice.KernelPath;

    /// <inheritdoc/>
    public async Task<PlatformEvidence> GetAsync(ReadOnlyMemory<byte> reportData, CancellationToken cancel)
    {
        try
        {
            using var device = open();
            return await ExtendedAsync(device, reportData, cancel) ?? await PlainAsync(device, reportData, cancel);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new EvidenceException($"{Name} cannot be used: {fault.Message}", fault);
        }
    }

    // Null where the host gives no certificates this way: then a report without them is asked for.
    private async Task<PlatformEvidence?> ExtendedAsync(
        ISevGuestDevice device, ReadOnlyMemory<byte> reportData, CancellationToken cancel)
    {
        var length = CertificateBytesFirst;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var answer = Ask(device, SevGuestRequest.GetExtendedReport, reportData.Span, length);
            if (answer.Errno == 0)
                return new PlatformEvidence(NodeEvidence.SnpFormat, SevGuestRequest.ReadReport(answer.Response), answer.Certificates);
            if (answer.Host == HostBusy) await Task.Delay(Pause, time, cancel);
            else if (answer.Host == HostBufferTooSmall && answer.Needed > length && answer.Needed <= CertificateBytesMax)
                length = (int)answer.Needed;
            else return null;
        }
        throw new EvidenceException($"{Name}: the host stays busy.");
    }

    private async Task<PlatformEvidence> PlainAsync(
        ISevGuestDevice device, ReadOnlyMemory<byte> reportData, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var answer = Ask(device, SevGuestRequest.GetReport, reportData.Span, certificateBytes: 0);
            if (answer.Errno == 0)
                return new PlatformEvidence(NodeEvidence.SnpFormat, SevGuestRequest.ReadReport(answer.Response), default);
            if (answer.Host != HostBusy)
                throw new EvidenceException(
                    $"{Name} gives no report: {Marshal.GetPInvokeErrorMessage(answer.Errno)}, "
                    + $"firmware error 0x{answer.Firmware:x}, host error 0x{answer.Host:x}.");
            await Task.Delay(Pause, time, cancel);
        }
        throw new EvidenceException($"{Name}: the host stays busy.");
    }

    private Answer Ask(ISevGuestDevice device, uint request, ReadOnlySpan<byte> reportData, int certificateBytes)
    {
        // Pinned: the kernel is given their addresses.
        var asked = GC.AllocateArray<byte>(
            certificateBytes > 0 ? SevGuestRequest.ExtendedRequestBytes : SevGuestRequest.ReportRequestBytes, pinned: true);
        var response = GC.AllocateArray<byte>(SevGuestRequest.ResponseBytes, pinned: true);
        // The kernel wants whole pages, and takes an address only where there is something to put there.
        var certificates = GC.AllocateArray<byte>(certificateBytes, pinned: true);
        SevGuestRequest.WriteReport(asked, reportData, privilege);
        if (certificateBytes > 0) SevGuestRequest.WriteCertificates(asked, AddressOf(certificates), certificateBytes);

        Span<byte> argument = stackalloc byte[SevGuestRequest.ArgumentBytes];
        SevGuestRequest.WriteArgument(argument, AddressOf(asked), AddressOf(response));
        var errno = device.Control(request, argument);
        GC.KeepAlive(asked);
        var (firmware, host) = SevGuestRequest.Errors(argument);
        var needed = certificateBytes > 0 ? SevGuestRequest.CertificatesLength(asked) : 0;
        return new Answer(errno, firmware, host, response, certificates, needed);
    }

    private static nint AddressOf(byte[] pinned) => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);

    private readonly record struct Answer(
        int Errno, uint Firmware, uint Host, byte[] Response, byte[] Certificates, uint Needed);
}
