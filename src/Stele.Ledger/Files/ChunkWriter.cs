using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Stele.Ledger.Files;

/// <summary>The ledger file that entries are being added to; it becomes a committed chunk when it is closed.</summary>
/// <remarks>
/// CCF's layout: u64 offset of the positions table (0 while the chunk is open), entries, then one u32 offset for each.
/// Runs on: the log's thread alone, but for <see cref="TryLocate"/>, which any thread may call.
/// </remarks>
internal sealed class ChunkWriter : IDisposable
{
    /// <summary>The bytes before the first entry.</summary>
    public const int HeaderSize = 8;

    private readonly string _directory;
    private readonly List<uint> _positions;

    private ChunkWriter(string directory, SeqNo first, SafeFileHandle file, List<uint> positions, long length)
    {
        _directory = directory;
        _positions = positions;
        First = first;
        File = file;
        Length = length;
    }

    /// <summary>The seqno of the chunk's first entry.</summary>
    public SeqNo First { get; }

    /// <summary>The file, open for reading too.</summary>
    public SafeFileHandle File { get; }

    /// <summary>The bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>The seqno that the next entry will have.</summary>
    public SeqNo Next => new(First.Value + _positions.Count);

    /// <summary>The file's path.</summary>
    public string Path => System.IO.Path.Combine(_directory, new ChunkName(First, null).ToString());

    /// <summary>Begins a chunk.</summary>
    public static ChunkWriter Create(string directory, SeqNo first)
    {
        var path = System.IO.Path.Combine(directory, new ChunkName(first, null).ToString());
        var file = System.IO.File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        try
        {
            RandomAccess.Write(file, stackalloc byte[HeaderSize], 0);
            Durable.Flush(file);
            Durable.FlushDirectory(directory);
            return new ChunkWriter(directory, first, file, [], HeaderSize);
        }
        catch
        {
            // It holds nothing, and would stand in the way of the next attempt.
            file.Dispose();
            System.IO.File.Delete(path);
            throw;
        }
    }

    /// <summary>Goes on with an open chunk, of which everything from <paramref name="length"/> on is cut off.</summary>
    public static ChunkWriter Resume(string directory, SeqNo first, IEnumerable<uint> positions, long length)
    {
        var path = System.IO.Path.Combine(directory, new ChunkName(first, null).ToString());
        var file = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var chunk = new ChunkWriter(directory, first, file, [.. positions], length);
        // What a process wrote before it died may not be on the disk yet, and from here on it counts.
        if (RandomAccess.GetLength(file) != length) chunk.CutTo(length);
        else Durable.Flush(file);
        return chunk;
    }

    /// <summary>Writes entries behind the last one. Nothing is promised before <see cref="Durable.Flush"/>.</summary>
    public void Write(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        RandomAccess.Write(File, Joined(entries), Length);
        lock (_positions)
        {
            foreach (var entry in entries)
            {
                _positions.Add(checked((uint)Length));
                Length += entry.Length;
            }
        }
    }

    // Entries that lie behind one another in memory are written as one.
    private static List<ReadOnlyMemory<byte>> Joined(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        var joined = new List<ReadOnlyMemory<byte>>();
        ArraySegment<byte> run = default;
        foreach (var entry in entries)
        {
            if (MemoryMarshal.TryGetArray(entry, out var bytes) && run.Array == bytes.Array && run.Offset + run.Count == bytes.Offset)
            {
                run = new ArraySegment<byte>(bytes.Array!, run.Offset, run.Count + bytes.Count);
                joined[^1] = run;
                continue;
            }
            joined.Add(entry);
            run = bytes;
        }
        return joined;
    }

    /// <summary>Where an entry of this chunk lies.</summary>
    public bool TryLocate(SeqNo seqno, out EntryPlace place)
    {
        lock (_positions)
        {
            var index = seqno.Value - First.Value;
            place = default;
            if (index < 0 || index >= _positions.Count) return false;
            var begin = _positions[(int)index];
            var end = index + 1 < _positions.Count ? _positions[(int)index + 1] : Length;
            place = new EntryPlace(begin, (int)(end - begin));
            return true;
        }
    }

    /// <summary>Cuts off what a failed write may have left behind, and makes that durable.</summary>
    public void CutTo(long length)
    {
        RandomAccess.SetLength(File, length);
        Durable.Flush(File);
    }

    /// <summary>
    /// Completes the chunk and gives it its final name. In this order, so that a crash between any two steps leaves
    /// either an open chunk with a tail to cut off or a complete one to rename: table, flush, header, flush, name.
    /// </summary>
    /// <returns>The closed chunk.</returns>
    /// <exception cref="WriteRefusedException">There is no room for the table: the chunk is open as it was.</exception>
    public ClosedChunk Close()
    {
        var table = new byte[_positions.Count * sizeof(uint)];
        for (var i = 0; i < _positions.Count; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(i * sizeof(uint)), _positions[i]);
        try
        {
            RandomAccess.Write(File, table, Length);
        }
        catch (IOException refusal)
        {
            CutTo(Length);
            throw new WriteRefusedException(refusal);
        }
        Durable.Flush(File);

        Span<byte> header = stackalloc byte[HeaderSize];
        BinaryPrimitives.WriteInt64LittleEndian(header, Length);
        RandomAccess.Write(File, header, 0);
        Durable.Flush(File);

        var last = Next.Previous;
        var path = System.IO.Path.Combine(_directory, new ChunkName(First, last).ToString());
        Durable.Rename(Path, path);
        return new ClosedChunk(path, First, last);
    }

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();
}
