using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Stele.Ledger.Files;

/// <summary>A complete ledger file, read at random through its own positions table.</summary>
internal sealed class ClosedChunk : IDisposable
{
    private readonly Lazy<(SafeFileHandle File, long TableOffset)> _open;

    /// <summary>A chunk that has just been written.</summary>
    public ClosedChunk(SeqNo first, SeqNo last, SafeFileHandle file, long tableOffset)
    {
        (First, Last) = (first, last);
        _open = new Lazy<(SafeFileHandle, long)>((file, tableOffset));
    }

    /// <summary>A chunk found on disk; it is opened when it is first read.</summary>
    public ClosedChunk(string path, SeqNo first, SeqNo last)
    {
        (First, Last) = (first, last);
        _open = new Lazy<(SafeFileHandle, long)>(() => Open(path));
    }

    /// <summary>The seqno of its first entry.</summary>
    public SeqNo First { get; }

    /// <summary>The seqno of its last entry.</summary>
    public SeqNo Last { get; }

    /// <summary>The file and the offset in it where an entry begins.</summary>
    public (SafeFileHandle File, long Offset) Locate(SeqNo seqno)
    {
        var (file, table) = _open.Value;
        Span<byte> position = stackalloc byte[sizeof(uint)];
        RandomAccess.Read(file, position, table + ((seqno.Value - First.Value) * sizeof(uint)));
        return (file, BinaryPrimitives.ReadUInt32LittleEndian(position));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_open.IsValueCreated) _open.Value.File.Dispose();
    }

    private static (SafeFileHandle, long) Open(string path)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> header = stackalloc byte[ChunkWriter.HeaderSize];
        RandomAccess.Read(file, header, 0);
        return (file, BinaryPrimitives.ReadInt64LittleEndian(header));
    }
}
