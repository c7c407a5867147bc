using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Stele.Server.Attestation.Sev;

/// <summary>The device itself.</summary>
internal sealed partial class SevGuestDevice : ISevGuestDevice
{
    /// <summary>Where the kernel has it.</summary>
    public const string KernelPath = "/dev/sev-guest";

    private readonly SafeFileHandle _file;

    private SevGuestDevice(SafeFileHandle file) => _file = file;

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">It is not there, or refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not.</exception>
    public static SevGuestDevice Open(string path) =>
        new(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite));

    /// <inheritdoc/>
    public int Control(uint request, Span<byte> argument) =>
        Ioctl(_file, request, argument) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(SafeFileHandle file, nuint request, Span<byte> argument);
}
