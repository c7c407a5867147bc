using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Stele.Server.Attestation.Sev;

/// <summary>Keys that the processor derives for this guest (AMD 56860, MSG_KEY_REQ): the same each time, and no other guest's.</summary>
internal sealed class SevGuestKeys(Func<ISevGuestDevice> open, int privilege, TimeProvider time)
{
    // GUEST_FIELD_SELECT. The policy, so that a guest in which debugging is allowed gets another key; the measurement, so that
    // nothing else that is started gets this one. Not the TCB version: a firmware update would take the key away, and an
    // older firmware could still ask for the key of its own version.
    private const ulong Policy = 1 << 0;
    private const ulong Measurement = 1 << 3;

    private const int Attempts = 20;
    private const uint HostBusy = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Derives this guest's key.</summary>
    /// <returns>32 bytes; the caller zeroes them.</returns>
    /// <exception cref="EvidenceException">The platform derives none.</exception>
    public async Task<byte[]> DeriveAsync(CancellationToken cancel)
    {
        try
        {
            using var device = open();
            for (var attempt = 1; attempt <= Attempts; attempt++)
            {
                if (Ask(device) is { } key) return key;
                await Task.Delay(Pause, time, cancel);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new EvidenceException($"{SevGuestDevice.KernelPath} cannot be used: {fault.Message}", fault);
        }
        throw new EvidenceException($"{SevGuestDevice.KernelPath}: the host stays busy.");
    }

    // Null where the host is busy.
    private byte[]? Ask(ISevGuestDevice device)
    {
        // Pinned: the kernel is given their addresses, and no copy is left behind by a collection.
        var request = GC.AllocateArray<byte>(SevGuestRequest.KeyRequestBytes, pinned: true);
        var response = GC.AllocateArray<byte>(SevGuestRequest.KeyResponseBytes, pinned: true);
        SevGuestRequest.WriteKey(request, Policy | Measurement, privilege);
        Span<byte> argument = stackalloc byte[SevGuestRequest.ArgumentBytes];
        SevGuestRequest.WriteArgument(
            argument, Marshal.UnsafeAddrOfPinnedArrayElement(request, 0), Marshal.UnsafeAddrOfPinnedArrayElement(response, 0));
        try
        {
            var errno = device.Control(SevGuestRequest.GetDerivedKey, argument);
            GC.KeepAlive(request);
            var (firmware, host) = SevGuestRequest.Errors(argument);
            if (errno == 0)
            {
                var key = GC.AllocateArray<byte>(SevGuestRequest.KeyBytes, pinned: true);
                SevGuestRequest.ReadKey(response, key);
                return key;
            }
            if (host == HostBusy) return null;
            throw new EvidenceException(
                $"{SevGuestDevice.KernelPath} derives no key: {Marshal.GetPInvokeErrorMessage(errno)}, "
                + $"firmware error 0x{firmware:x}, host error 0x{host:x}.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(response);
        }
    }
}
