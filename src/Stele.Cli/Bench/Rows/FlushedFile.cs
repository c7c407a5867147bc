using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Stele.Ledger.Files;

namespace Stele.Cli.Bench.Rows;

/// <summary>A file that grows by 4 KiB and a flush at a time, as a ledger file does; gone when it is done with.</summary>
internal sealed class FlushedFile : IDisposable
{
    private readonly byte[] _block = new byte[4096];
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private long _length;

    public FlushedFile(string directory)
    {
        _path = Path.Combine(directory, "bench-flush");
        _file = File.OpenHandle(_path, FileMode.Create, FileAccess.Write);
    }

    /// <summary>Writes and flushes once, and says how long that took.</summary>
    public TimeSpan Append()
    {
        var start = Stopwatch.GetTimestamp();
        RandomAccess.Write(_file, _block, _length);
        Durable.Flush(_file);
        _length += _block.Length;
        return Stopwatch.GetElapsedTime(start);
    }

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_path);
    }
}
