using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Files;

/// <summary>
/// <em>Before this:</em> the log, with a batch in hand. <em>Here:</em> the batch becomes bytes in ledger files, and any
/// entry is found again by its seqno. <em>Next:</em> the receipt, which is read out of these files.
/// </summary>
/// <remarks>
/// Writing runs on: one thread at a time, the log's. Reading runs on any thread: it asks only for seqnos that have been
/// published as durable. What is held in memory is one small object for each file, and the open file's positions.
/// </remarks>
public sealed class LedgerFiles : IDisposable
{
    private const int EntryHeaderSize = 8;

    // One read takes an entry's header together with most entries' whole contents.
    private const int FirstReadBytes = 4096;

    private readonly string _directory;
    private readonly long _chunkBytes;
    private volatile Chunks _chunks;

    internal LedgerFiles(string directory, long chunkBytes, ImmutableArray<ClosedChunk> closed, ChunkWriter? open)
    {
        _directory = directory;
        _chunkBytes = chunkBytes;
        _chunks = new Chunks(closed, open);
    }

    /// <summary>Where the open file ends: its first seqno and its length in bytes.</summary>
    public LedgerEnd End => _chunks.Open is { } open ? new LedgerEnd(open.First, open.Length) : LedgerEnd.BetweenFiles;

    /// <summary>
    /// Writes entries behind the last one and waits until the disk holds them. A file that has reached its size is
    /// closed behind the next signature transaction, and the rest goes into a new one.
    /// </summary>
    /// <exception cref="WriteRefusedException">Nothing was taken: the disk refused, and the file is as it was.</exception>
    /// <exception cref="IOException">Whether the disk holds the entries is not known.</exception>
    public void Append(IReadOnlyList<LedgerFileEntry> entries)
    {
        var start = 0;
        for (var i = 0; i < entries.Count; i++)
        {
            if (!entries[i].MayEndFile || !ReachesSize(entries, start, i)) continue;
            WriteDurably(entries, start, i + 1);
            CloseFile();
            start = i + 1;
        }
        if (start < entries.Count) WriteDurably(entries, start, entries.Count);
    }

    /// <summary>Reads the entry at a seqno.</summary>
    /// <returns>The entry; null where there is none, or none yet.</returns>
    /// <exception cref="LedgerCorruptException">The bytes at its place are not this entry.</exception>
    public LedgerEntry? Read(SeqNo seqno)
    {
        if (!_chunks.TryLocate(seqno, out var file, out var offset)) return null;
        var bytes = ReadWhole(file, offset);
        try
        {
            var entry = LedgerEntry.Parse(bytes);
            if (entry.Id.SeqNo == seqno) return entry;
            throw new FormatException($"The entry says that it is {entry.Id.SeqNo}.");
        }
        catch (FormatException damage)
        {
            throw new LedgerCorruptException(_directory, offset, seqno, damage.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var chunk in _chunks.Closed) chunk.Dispose();
        _chunks.Open?.Dispose();
    }

    private static byte[] ReadWhole(SafeFileHandle file, long offset)
    {
        var bytes = new byte[FirstReadBytes];
        var read = RandomAccess.Read(file, bytes, offset);
        var size = read < EntryHeaderSize ? 0 : LedgerEntry.SizeOf(bytes);
        var whole = size <= read ? bytes.AsSpan(0, size).ToArray() : new byte[size];
        for (read = Math.Min(read, size); size > FirstReadBytes && read < size;)
        {
            if (read == FirstReadBytes) bytes.CopyTo(whole, 0);
            var more = RandomAccess.Read(file, whole.AsSpan(read), offset + read);
            if (more == 0) break;
            read += more;
        }
        return whole;
    }

    private bool ReachesSize(IReadOnlyList<LedgerFileEntry> entries, int start, int end)
    {
        var length = _chunks.Open?.Length ?? ChunkWriter.HeaderSize;
        for (var i = start; i <= end; i++) length += entries[i].Bytes.Length;
        return length >= _chunkBytes;
    }

    private void WriteDurably(IReadOnlyList<LedgerFileEntry> entries, int start, int end)
    {
        var open = _chunks.Open ?? OpenFile(entries[start].SeqNo);
        var parts = new ReadOnlyMemory<byte>[end - start];
        for (var i = start; i < end; i++) parts[i - start] = entries[i].Bytes;
        var before = open.Length;
        try
        {
            open.Write(parts);
        }
        catch (IOException refusal)
        {
            open.CutTo(before);
            throw new WriteRefusedException(refusal);
        }
        Durable.Flush(open.File);
    }

    private ChunkWriter OpenFile(SeqNo first)
    {
        try
        {
            var open = ChunkWriter.Create(_directory, first);
            _chunks = _chunks with { Open = open };
            return open;
        }
        catch (IOException refusal)
        {
            throw new WriteRefusedException(refusal);
        }
    }

    private void CloseFile() => _chunks = new Chunks(_chunks.Closed.Add(_chunks.Open!.Close()), Open: null);

    private sealed record Chunks(ImmutableArray<ClosedChunk> Closed, ChunkWriter? Open)
    {
        public bool TryLocate(SeqNo seqno, out SafeFileHandle file, out long offset)
        {
            if (Open is not null && seqno >= Open.First)
            {
                file = Open.File;
                return Open.TryLocate(seqno, out offset);
            }
            (file, offset) = Find(seqno)?.Locate(seqno) ?? (null!, -1);
            return file is not null;
        }

        private ClosedChunk? Find(SeqNo seqno)
        {
            var (low, high) = (0, Closed.Length - 1);
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                var chunk = Closed[middle];
                if (seqno < chunk.First) high = middle - 1;
                else if (seqno > chunk.Last) low = middle + 1;
                else return chunk;
            }
            return null;
        }
    }
}
