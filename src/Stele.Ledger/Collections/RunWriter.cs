using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Files;

namespace Stele.Ledger.Collections;

/// <summary>Writes a run: ordered records into sealed blocks, and a list of the blocks at the end.</summary>
/// <remarks>
/// A record is the length of what its key shares with the one before it in the block, the lengths of the rest of the key
/// and of the value, the rest and the value. Nothing is there under the run's name until all of it is on the disk.
/// </remarks>
internal sealed class RunWriter : IDisposable
{
    /// <summary>The size in bytes at which a block is sealed.</summary>
    public const int BlockBytes = 4096 - BlockSeal.Overhead;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly BlockSeal _seal;
    private readonly ArrayBufferWriter<byte> _block = new(4 * BlockBytes);
    private readonly RunBlocks.Builder _blocks = new();
    private byte[] _last = [];
    private int _lastLength;
    private long _position = RunHeader.Size;

    private RunWriter(string path, SafeFileHandle file, byte[] header, LedgerSecret secret)
    {
        (_path, _file, _seal) = (path, file, RunHeader.SealOf(header, secret));
        RandomAccess.Write(file, header, 0);
    }

    /// <summary>Begins a run.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static RunWriter Create(string directory, SeqNoRange range, LedgerSecret secret)
    {
        var path = Path.Combine(directory, RunName.Of(range));
        var file = File.OpenHandle(RunName.UnfinishedOf(path), FileMode.Create, FileAccess.Write);
        try
        {
            return new RunWriter(path, file, RunHeader.New(range), secret);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds a record; its key is behind the last one's.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (_block.WrittenCount >= BlockBytes) WriteBlock();
        var shared = _block.WrittenCount == 0 ? 0 : key.CommonPrefixLength(_last.AsSpan(0, _lastLength));
        WriteNumber(shared);
        WriteNumber(key.Length - shared);
        WriteNumber(value.Length);
        _block.Write(key[shared..]);
        _block.Write(value);
        if (_last.Length < key.Length) _last = new byte[2 * key.Length];
        key.CopyTo(_last);
        _lastLength = key.Length;
    }

    /// <summary>Ends the run, waits until the disk holds it, and gives it its name.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Complete()
    {
        if (_block.WrittenCount > 0) WriteBlock();
        var start = _position;
        _blocks.WriteTo(_block);
        WriteSealed(RunBlocks.Number);
        Span<byte> footer = stackalloc byte[RunBlocks.FooterSize];
        RunBlocks.WriteFooter(footer, start);
        RandomAccess.Write(_file, footer, _position);
        Durable.Flush(_file);
        Durable.Rename(RunName.UnfinishedOf(_path), _path);
    }

    /// <summary>Lets go of the file; an unfinished one is deleted.</summary>
    public void Dispose()
    {
        _seal.Dispose();
        _file.Dispose();
        File.Delete(RunName.UnfinishedOf(_path));
    }

    private void WriteNumber(int number) => _block.Advance(Varint.Write(_block.GetSpan(Varint.SizeMax), number));

    private void WriteBlock()
    {
        var size = WriteSealed(_blocks.Count);
        _blocks.Add(size, _last.AsSpan(0, _lastLength));
    }

    private int WriteSealed(long number)
    {
        var size = _block.WrittenCount + BlockSeal.Overhead;
        var sealing = ArrayPool<byte>.Shared.Rent(size);
        _block.WrittenSpan.CopyTo(sealing);
        _seal.Seal(number, sealing.AsSpan(0, size));
        RandomAccess.Write(_file, sealing.AsSpan(0, size), _position);
        ArrayPool<byte>.Shared.Return(sealing);
        _block.ResetWrittenCount();
        _position += size;
        return size;
    }
}
