using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Stele.Cryptography.Sealing;

namespace Stele.Ledger.Collections;

/// <summary>The index of consecutive entries in an immutable file of ordered records, in sealed blocks.</summary>
internal sealed class Run : ISegment, IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly BlockSeal _seal;
    private readonly RunBlocks _blocks;
    private long _blockReads;

    private Run(string path, SeqNoRange range, SafeFileHandle file, LedgerSecret secret)
    {
        (Path, Range, _file) = (path, range, file);
        Span<byte> header = stackalloc byte[RunHeader.Size];
        ReadWhole(header, 0);
        if (!RunHeader.IsOf(range, header)) throw new FormatException("Its header is not that of its name.");
        _seal = RunHeader.SealOf(header, secret);
        _blocks = ReadBlocks();
    }

    public string Path { get; }

    public SeqNoRange Range { get; }

    /// <inheritdoc/>
    public SeqNo First => Range.First;

    /// <inheritdoc/>
    public SeqNo Last => Range.Last;

    public int BlockCount => _blocks.Count;

    /// <summary>How many blocks have been read so far: what queries cost.</summary>
    public long BlockReads => Volatile.Read(ref _blockReads);

    /// <summary>Opens a run; of its records nothing is read.</summary>
    /// <exception cref="FormatException">It is damaged, or not a run of this ledger.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Run Open(string path, SeqNoRange range, LedgerSecret secret)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            return new Run(path, range, file, secret);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The block that a key is in, if it is in the run.</summary>
    public int FindBlock(ReadOnlySpan<byte> key) => _blocks.Find(key);

    /// <summary>Reads a block and opens it.</summary>
    /// <param name="block">Its number.</param>
    /// <param name="buffer">A rented array, which is exchanged for a larger one where it is too small.</param>
    /// <returns>How many bytes of the array are the block's.</returns>
    /// <exception cref="RunDamagedException">It cannot be read, or is not what was written.</exception>
    public int ReadBlock(int block, ref byte[] buffer)
    {
        Interlocked.Increment(ref _blockReads);
        var (start, length) = _blocks.Locate(block);
        if (buffer.Length < length)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = ArrayPool<byte>.Shared.Rent(length);
        }
        try
        {
            ReadWhole(buffer.AsSpan(0, length), start);
            _seal.Open(block, buffer.AsSpan(0, length));
            return length - BlockSeal.Overhead;
        }
        catch (Exception cause) when (cause is IOException or FormatException or CryptographicException or ObjectDisposedException)
        {
            throw new RunDamagedException(this, cause);
        }
    }

    /// <inheritdoc/>
    public SeqNoRange? Find(ReadOnlySpan<byte> name)
    {
        var key = RecordKey.Of(RecordKind.Name).Text(name).Bytes;
        using var cursor = new RunCursor(this);
        if (!cursor.Seek(key) || !cursor.Key.SequenceEqual(key)) return null;
        var (first, last) = RecordStream.ReadName(cursor.Value);
        return new SeqNoRange(new SeqNo(first), new SeqNo(last));
    }

    /// <inheritdoc/>
    public void AddNames(byte[]? after, int count, SortedSet<byte[]> names)
    {
        var key = RecordKey.Of(RecordKind.Name);
        var from = (after is null ? key : key.Text(after)).Bytes;
        using var cursor = new RunCursor(this);
        for (var found = cursor.Seek(from); found && count > 0; found = cursor.MoveNext())
        {
            if (cursor.Key[0] != (byte)RecordKind.Name) return;
            if (cursor.Key.SequenceEqual(from)) continue;
            names.Add(RecordKey.TextOf(cursor.Key, sizeof(RecordKind)));
            count--;
        }
    }

    /// <inheritdoc/>
    public void AddTags(ReadOnlySpan<byte> name, SortedSet<byte[]> tags)
    {
        var prefix = RecordKey.Of(RecordKind.Tag).Text(name).Bytes;
        using var cursor = new RunCursor(this);
        for (var found = cursor.Seek(prefix); found && cursor.Key.StartsWith(prefix); found = cursor.MoveNext())
            tags.Add(RecordKey.TextOf(cursor.Key, prefix.Length));
    }

    /// <inheritdoc/>
    public void AddNext(EntryQuery query, SeqNo from, List<SeqNo> found)
    {
        using var cursor = new RunCursor(this);
        // A part's key has its last seqno: the first part at or behind the place is the one that it is in.
        if (!cursor.Seek(new RecordKey().Restart(query.Prefix, from.Value)) || !cursor.Key.StartsWith(query.Prefix)) return;
        Span<long> part = stackalloc long[Part.SeqNosMax];
        var count = Part.Decode(RecordKey.SeqNoOf(cursor.Key), cursor.Value, part);
        foreach (var seqno in part[..count])
            if (seqno >= from.Value) found.Add(new SeqNo(seqno));
    }

    /// <summary>Closes the file. Whoever still reads it sees it as damaged.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _seal.Dispose();
    }

    private RunBlocks ReadBlocks()
    {
        var end = RandomAccess.GetLength(_file) - RunBlocks.FooterSize;
        if (end < RunHeader.Size) throw new FormatException("It is cut short.");
        Span<byte> footer = stackalloc byte[RunBlocks.FooterSize];
        ReadWhole(footer, end);
        var start = RunBlocks.ReadFooter(footer);
        if (start < RunHeader.Size || end - start < BlockSeal.Overhead || end - start > int.MaxValue / 2)
            throw new FormatException("It does not say where its list of blocks begins.");
        var bytes = new byte[end - start];
        ReadWhole(bytes, start);
        try
        {
            _seal.Open(RunBlocks.Number, bytes);
        }
        catch (AuthenticationTagMismatchException damage)
        {
            throw new FormatException("Its list of blocks is not what was written.", damage);
        }
        var blocks = RunBlocks.Parse(bytes.AsSpan(..^BlockSeal.Overhead));
        return blocks.End == start ? blocks : throw new FormatException("Its blocks do not fill it.");
    }

    private void ReadWhole(Span<byte> buffer, long offset)
    {
        while (buffer.Length > 0)
        {
            var read = RandomAccess.Read(_file, buffer, offset);
            if (read == 0) throw new FormatException("It is cut short.");
            buffer = buffer[read..];
            offset += read;
        }
    }
}
