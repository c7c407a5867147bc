using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Stele.Server.Tests.Attestation;

/// <summary>
/// A directory that behaves like a report of configfs-tsm: its attributes are named pipes, each of which answers when it is
/// opened, out of one state behind all of them, as the kernel does.
/// </summary>
/// <remarks>
/// One thread serves all pipes: before it answers, it takes what was written before. What no directory can imitate is that
/// making one brings its attributes, and removing it takes them along: <see cref="Make"/> and <see cref="Remove"/> do that.
/// </remarks>
internal sealed partial class KernelImitation : IDisposable
{
    private readonly Dictionary<string, Func<byte[]>> _readable = [];
    private readonly Dictionary<string, (int Pipe, Action<byte[]> Take)> _writable = [];
    private readonly Func<byte[], ulong, byte[]> _makeReport;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private byte[] _inblob = [];
    private ulong _privilege;
    private ulong _generation;
    private volatile bool _isOver;

    /// <summary>Begins.</summary>
    /// <param name="makeReport">Makes a report of the bytes in <c>inblob</c> and the privilege level.</param>
    public KernelImitation(Func<byte[], ulong, byte[]> makeReport)
    {
        _makeReport = makeReport;
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("stele-tsm-").FullName;

    /// <summary>What the attribute <c>provider</c> says.</summary>
    public string Provider { get; init; } = "sev_guest";

    /// <summary>The certificates that the host gives along; null where the platform has no such attribute.</summary>
    public byte[]? Certificates { get; init; }

    /// <summary>The least privilege level; null where the platform has none.</summary>
    public ulong? Floor { get; init; }

    /// <summary>How many times another process writes into the report behind the node's write.</summary>
    public int Meddlings { get; set; }

    /// <summary>Whether the report of a node has been removed as it ought to be.</summary>
    public bool IsClean => !System.IO.Directory.EnumerateFileSystemEntries(Directory).Any();

    /// <summary>mkdir, after which the attributes are there.</summary>
    public void Make(string path)
    {
        System.IO.Directory.CreateDirectory(path);
        lock (_lock)
        {
            Readable(path, "provider", () => Encoding.ASCII.GetBytes($"{Provider}\n"));
            Readable(path, "generation", () => Text(_generation));
            Readable(path, "outblob", () => _makeReport(_inblob, _privilege));
            if (Certificates is not null) Readable(path, "auxblob", () => Certificates);
            if (Floor is { } floor)
            {
                Readable(path, "privlevel_floor", () => Text(floor));
                Writable(path, "privlevel", level => _privilege = ulong.Parse(level, CultureInfo.InvariantCulture));
            }
            Writable(path, "inblob", Take);
        }
    }

    /// <summary>rmdir, with which the attributes go.</summary>
    public void Remove(string path)
    {
        lock (_lock)
        {
            foreach (var (pipe, _) in _writable.Values) _ = Close(pipe);
            _readable.Clear();
            _writable.Clear();
        }
        System.IO.Directory.Delete(path, recursive: true);
    }

    public void Dispose()
    {
        _isOver = true;
        _thread.Join();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static byte[] Text(ulong number) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n"));

    private void Take(byte[] bytes)
    {
        _inblob = bytes;
        if (Meddlings == 0) return;
        Meddlings--;
        _inblob = new byte[bytes.Length];
        _generation++;
    }

    private void Readable(string directory, string name, Func<byte[]> value)
    {
        NewPipe(Path.Combine(directory, name));
        _readable[Path.Combine(directory, name)] = value;
    }

    private void Writable(string directory, string name, Action<byte[]> take)
    {
        var path = Path.Combine(directory, name);
        NewPipe(path);
        _writable[path] = (Open(path, ReadOnly | NonBlocking | CloseOnExec), take);
    }

    private void Serve()
    {
        while (!_isOver)
        {
            lock (_lock)
                foreach (var (path, value) in _readable) ServeReader(path, value);
            Thread.Sleep(1);
        }
    }

    private void ServeReader(string path, Func<byte[]> value)
    {
        var pipe = Open(path, WriteOnly | NonBlocking | CloseOnExec);
        if (pipe < 0) return; // nobody has it open
        // Whoever opens the attribute next gets a pipe of his own: nothing of this answer is left in it.
        NewPipe($"{path}.next");
        File.Move($"{path}.next", path, overwrite: true);
        // What was written before the attribute was opened counts.
        TakeAll();
        var bytes = value();
        _ = Write(pipe, bytes, bytes.Length);
        _ = Close(pipe);
    }

    private void TakeAll()
    {
        var buffer = new byte[4096];
        foreach (var (pipe, take) in _writable.Values)
        {
            var length = Read(pipe, buffer, buffer.Length);
            if (length <= 0) continue;
            take(buffer[..(int)length]);
            _generation++;
        }
    }

    private static void NewPipe(string path)
    {
        if (MakePipe(path, 0x180) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    private const int ReadOnly = 0;
    private const int WriteOnly = 1;
    private const int NonBlocking = 0x800;

    // A process that another test starts meanwhile must not keep a pipe open.
    private const int CloseOnExec = 0x80000;

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int pipe, Span<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int pipe, ReadOnlySpan<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int pipe);
}
