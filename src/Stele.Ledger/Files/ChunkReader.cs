using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Files;

/// <summary>Reads a ledger file from its first entry to its last, a block of about 1 MB in memory at a time.</summary>
/// <remarks>
/// The positions table of a complete file is checked against what is read: each offset, the count, and the name. A file is
/// read as long as it was when it was opened.
/// </remarks>
public sealed class ChunkReader : IDisposable
{
    /// <summary>The size in bytes of the blocks that are read at a time.</summary>
    internal const int BlockSize = 1 << 20;

    private readonly ChunkPath _chunk;
    private readonly SafeFileHandle _file;
    private readonly long _end;
    private readonly long _entriesEnd;
    private long _position = ChunkWriter.HeaderSize;
    private long _count;
    private EntryBlock? _block;
    private int _nextInBlock;

    // The piece of the positions table that is being compared.
    private readonly byte[] _positions = new byte[1 << 12];
    private long _positionsStart;
    private int _positionsSize;

    private ChunkReader(ChunkPath chunk, SafeFileHandle file)
    {
        (_chunk, _file, _end) = (chunk, file, RandomAccess.GetLength(file));
        Span<byte> header = stackalloc byte[ChunkWriter.HeaderSize];
        if (RandomAccess.Read(file, header, 0) < header.Length)
            throw Fault(0, "it is shorter than its 8-byte header");
        var table = BinaryPrimitives.ReadInt64LittleEndian(header);
        IsComplete = table != 0;
        _entriesEnd = IsComplete ? table : _end;
        if (table is < 0 or > 0 and < ChunkWriter.HeaderSize || table > _end)
            throw Fault(0, $"its positions table is said to begin at byte {table} of {_end}");
        if (!IsComplete && chunk.Name.IsCommitted) throw Fault(0, "it is committed and yet has no positions table");
        if (IsComplete && (_end - table) % sizeof(uint) != 0)
            throw Fault(table, "its positions table ends within a position");
    }

    /// <summary>Whether the file is complete: it has a positions table, and nothing more will be added.</summary>
    public bool IsComplete { get; }

    /// <summary>Opens a file; one that was open when it was listed may have been closed since, and has another name then.</summary>
    /// <exception cref="LedgerCorruptException">Its header is damaged.</exception>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static ChunkReader Open(ChunkPath chunk)
    {
        var file = OpenFile(chunk);
        try
        {
            return new ChunkReader(chunk, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next entry.</summary>
    /// <param name="offset">The byte that it begins at.</param>
    /// <param name="bytes">All its bytes, in a buffer of their own.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="LedgerCorruptException">The entry is cut short, or the positions table says otherwise.</exception>
    public bool TryReadNext(out long offset, out ReadOnlyMemory<byte> bytes)
    {
        (offset, bytes) = (_position, default);
        if (_nextInBlock == (_block?.Count ?? 0))
        {
            _block?.Dispose();
            (_block, _nextInBlock) = (null, 0);
            if (!TryReadBlock(BlockSize, out _block)) return false;
        }
        offset = _block!.OffsetOf(_nextInBlock);
        bytes = _block[_nextInBlock++].ToArray();
        return true;
    }

    /// <summary>Reads the next entries: as many as fit a block, or one that is larger.</summary>
    /// <param name="blockSize">The size of a block in bytes.</param>
    /// <param name="block">The entries.</param>
    /// <returns>Whether there was one; the caller disposes of the block.</returns>
    /// <exception cref="LedgerCorruptException">The first of them is cut short, or the positions table says otherwise.</exception>
    internal bool TryReadBlock(int blockSize, [NotNullWhen(true)] out EntryBlock? block)
    {
        block = null;
        if (_position == _entriesEnd)
        {
            CheckCount();
            return false;
        }
        var size = Math.Max(ReadSize(), (int)Math.Min(blockSize, _entriesEnd - _position));
        block = Read(size);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _block?.Dispose();
        _file.Dispose();
    }

    private static SafeFileHandle OpenFile(ChunkPath chunk)
    {
        try
        {
            return OpenFile(chunk.Path);
        }
        catch (FileNotFoundException) when (!chunk.Name.IsCommitted && LedgerDirectory.ClosedSince(chunk) is { } closed)
        {
            return OpenFile(closed);
        }
    }

    private static SafeFileHandle OpenFile(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.SequentialScan);

    private EntryBlock Read(int size)
    {
        var block = new EntryBlock(new SeqNo(_chunk.Name.First.Value + _count), _position, size);
        try
        {
            ReadFully(block.Buffer, _position);
            AddEntries(block);
            return block;
        }
        catch (LedgerCorruptException) when (block.Count > 0)
        {
            // The entries before the damage come first; the next block would begin with it, and says so.
            return block;
        }
        catch
        {
            block.Dispose();
            throw;
        }
    }

    private void AddEntries(EntryBlock block)
    {
        var rest = (ReadOnlySpan<byte>)block.Buffer;
        while (rest.Length >= EntryFormat.HeaderSize)
        {
            var size = SizeOf(rest);
            if (size > rest.Length) return;
            if (IsComplete) CheckPosition();
            block.Add(size);
            _position += size;
            _count++;
            rest = rest[size..];
        }
    }

    private int ReadSize()
    {
        Span<byte> header = stackalloc byte[EntryFormat.HeaderSize];
        if (_position + header.Length > _entriesEnd) throw Fault(_position, "an entry's header is cut short");
        ReadFully(header, _position);
        return SizeOf(header);
    }

    private int SizeOf(ReadOnlySpan<byte> header)
    {
        try
        {
            var size = LedgerEntry.SizeOf(header);
            return _position + size <= _entriesEnd
                ? size
                : throw Fault(_position, $"an entry of {size} bytes is cut short after {_entriesEnd - _position}");
        }
        catch (FormatException damage)
        {
            throw Fault(_position, damage.Message);
        }
    }

    private void ReadFully(Span<byte> buffer, long position)
    {
        while (buffer.Length > 0)
        {
            var read = RandomAccess.Read(_file, buffer, position);
            if (read == 0) throw Fault(position, "the file became shorter while it was read");
            buffer = buffer[read..];
            position += read;
        }
    }

    private void CheckPosition()
    {
        var place = _entriesEnd + (_count * sizeof(uint));
        if (place + sizeof(uint) > _end) throw Fault(_entriesEnd, "its positions table has fewer positions than entries");
        if (place >= _positionsStart + _positionsSize) ReadPositions(place);
        if (BinaryPrimitives.ReadUInt32LittleEndian(_positions.AsSpan((int)(place - _positionsStart))) != _position)
            throw Fault(place, $"its positions table does not say that an entry begins at byte {_position}");
    }

    private void ReadPositions(long place)
    {
        _positionsStart = place;
        _positionsSize = (int)Math.Min(_positions.Length, _end - place);
        ReadFully(_positions.AsSpan(0, _positionsSize), place);
    }

    private void CheckCount()
    {
        if (!IsComplete) return;
        if ((_end - _entriesEnd) / sizeof(uint) != _count)
            throw Fault(_entriesEnd, $"its positions table has not the {_count} positions of its entries");
        if (_chunk.Name.Last is { } last && last.Value - _chunk.Name.First.Value + 1 != _count)
            throw Fault(_end, $"it has {_count} entries, not those that its name says");
    }

    private LedgerCorruptException Fault(long offset, string reason) =>
        new(_chunk.Path, offset, new SeqNo(_chunk.Name.First.Value + _count), reason);
}
