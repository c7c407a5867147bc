using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Stele.Ledger.Files;

/// <summary>Everything that asks the disk for a promise, in one place.</summary>
/// <remarks>
/// On Linux the runtime's own flushes (.NET 10.0) return normally when <c>fsync</c> fails, so this class calls the
/// kernel itself. After a failed flush the page cache no longer tells what the disk holds: a caller never tries a second
/// time, it stops writing for good (Rebello et al., «Can Applications Recover from fsync Failures?», USENIX ATC 2020).
/// </remarks>
public static partial class Durable
{
    /// <summary>What stands behind the name of a file that <see cref="Replace"/> has not put in place yet.</summary>
    public const string UnfinishedSuffix = ".new";

    private const int OpenReadOnlyDirectory = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC

    /// <summary>Waits until the disk holds a file's contents, and its length. Expected: <c>fdatasync(fd)</c>.</summary>
    /// <exception cref="IOException">The disk did not confirm.</exception>
    public static void Flush(SafeFileHandle file)
    {
        if (FlushData(file) != 0) throw Failure("fdatasync");
    }

    /// <summary>
    /// Waits until the disk holds a directory's names. Expected: <c>open(O_DIRECTORY)</c>, <c>fsync</c>, <c>close</c>.
    /// </summary>
    /// <exception cref="IOException">The disk did not confirm.</exception>
    public static void FlushDirectory(string path)
    {
        using var directory = OpenPath(path, OpenReadOnlyDirectory);
        if (directory.IsInvalid) throw Failure($"open of directory {path}");
        if (FlushAll(directory) != 0) throw Failure($"fsync of directory {path}");
    }

    /// <summary>Gives a file another name, for good. Expected: <c>rename</c>, then the directory's flush.</summary>
    /// <exception cref="IOException">The name was not changed, or the disk did not confirm it.</exception>
    public static void Rename(string path, string newPath)
    {
        File.Move(path, newPath, overwrite: true);
        FlushDirectory(DirectoryOf(newPath));
    }

    /// <summary>
    /// Puts a whole file in place, or leaves what was there: written beside under another name, flushed, renamed.
    /// </summary>
    /// <exception cref="IOException">It could not be written, or the disk did not confirm it.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> contents, UnixFileMode mode)
    {
        var beside = path + UnfinishedSuffix;
        WriteWhole(beside, contents, mode);
        Rename(beside, path);
    }

    /// <summary>Puts a whole file in place where there is none, whoever else tries the same at this moment.</summary>
    /// <exception cref="IOException">There is one, it could not be written, or the disk did not confirm it.</exception>
    public static void Create(string path, ReadOnlySpan<byte> contents, UnixFileMode mode)
    {
        var beside = $"{path}.{Environment.ProcessId}{UnfinishedSuffix}";
        WriteWhole(beside, contents, mode);
        try
        {
            File.Move(beside, path, overwrite: false);
        }
        finally
        {
            File.Delete(beside);
        }
        FlushDirectory(DirectoryOf(path));
    }

    private static void WriteWhole(string path, ReadOnlySpan<byte> contents, UnixFileMode mode)
    {
        File.Delete(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = mode,
            BufferSize = 0,
        };
        using var file = new FileStream(path, options);
        file.Write(contents);
        Flush(file.SafeFileHandle);
    }

    private static string DirectoryOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static IOException Failure(string call)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new IOException($"{call} failed: {Marshal.GetPInvokeErrorMessage(errno)}", errno);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FlushData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushAll(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenPath(string path, int flags);
}
