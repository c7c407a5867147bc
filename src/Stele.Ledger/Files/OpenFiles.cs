using Microsoft.Win32.SafeHandles;

namespace Stele.Ledger.Files;

/// <summary>Files that are read at random, of which only the last used ones are kept open.</summary>
/// <remarks>
/// A ledger has thousands of files in time, and a process may have about a thousand open. Safe for use by any number of
/// threads: a file that is given up while it is being read is closed when that read ends.
/// </remarks>
/// <param name="capacity">How many files are kept open.</param>
internal sealed class OpenFiles(int capacity) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Path, SafeFileHandle File)>> _open = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Path, SafeFileHandle File)> _byUse = new();

    /// <summary>Reads from a file until the buffer is full or the file ends.</summary>
    /// <returns>The bytes read.</returns>
    /// <exception cref="IOException">The file is missing, or cannot be read.</exception>
    public int Read(string path, Span<byte> buffer, long offset)
    {
        var file = Take(path);
        try
        {
            return RandomAccess.Read(file, buffer, offset);
        }
        finally
        {
            file.DangerousRelease();
        }
    }

    /// <summary>Closes a file that is to be replaced or deleted.</summary>
    public void Forget(string path)
    {
        lock (_lock)
        {
            if (_open.Remove(path, out var node)) Close(node);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var (_, file) in _byUse) file.Dispose();
            _byUse.Clear();
            _open.Clear();
        }
    }

    // The handle is taken while the lock is held, so that nobody closes it in between.
    private SafeFileHandle Take(string path)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(path, out var node)) node = Open(path);
            if (_byUse.First != node)
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
            }
            var taken = false;
            node.Value.File.DangerousAddRef(ref taken);
            return node.Value.File;
        }
    }

    private LinkedListNode<(string Path, SafeFileHandle File)> Open(string path)
    {
        // At random: the kernel would read 128 KB ahead of each read of a few hundred bytes that finds nothing in its cache.
        var file = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
        var node = _byUse.AddFirst((path, file));
        _open.Add(path, node);
        if (_open.Count <= capacity) return node;
        var oldest = _byUse.Last!;
        _open.Remove(oldest.Value.Path);
        Close(oldest);
        return node;
    }

    private void Close(LinkedListNode<(string Path, SafeFileHandle File)> node)
    {
        _byUse.Remove(node);
        node.Value.File.Dispose();
    }
}
