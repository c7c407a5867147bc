using System.Runtime.InteropServices;

namespace Stele.Server.Home;

/// <summary>Who owns a file: what the runtime does not tell.</summary>
internal static partial class FileOwner
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint UserWanted = 0x8; // STATX_UID
    private const int StatxBytes = 256;
    private const int UserAt = 20; // stx_uid: the same on every architecture

    private const uint Root = 0;

    /// <summary>
    /// Whether a file belongs to the user that this process runs as, or, where that is root, to whom a directory belongs.
    /// </summary>
    /// <exception cref="IOException">The kernel does not say.</exception>
    public static bool IsThisUser(string path, string directory)
    {
        var (owner, user) = (Of(path), EffectiveUser());
        return owner == user || (user == Root && Directory.Exists(directory) && owner == Of(directory));
    }

    private static uint Of(string path)
    {
        Span<byte> facts = stackalloc byte[StatxBytes];
        if (Statx(CurrentDirectory, path, 0, UserWanted, facts) != 0)
            throw new IOException($"statx of {path} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        return MemoryMarshal.Read<uint>(facts[UserAt..]);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> facts);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
