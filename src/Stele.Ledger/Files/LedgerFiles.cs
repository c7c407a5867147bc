using System.Collections.Immutable;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Files;

/// <summary>
/// <em>Before this:</em> the log, with a batch in hand. <em>Here:</em> the batch becomes bytes in ledger files, and any
/// entry is found again by its seqno. <em>Next:</em> the receipt, which is read out of these files.
/// </summary>
/// <remarks>
/// Writing runs on: one thread at a time, the log's. Reading runs on any thread: it asks only for seqnos that have been
/// published as durable. What is held in memory is one small object for each file, and the open file's positions; of closed
/// files the last used ones are kept open.
/// </remarks>
public sealed class LedgerFiles : IDisposable
{
    private readonly string _directory;
    private readonly OpenFiles _files = new(OpenFilesLimit.Share(eighths: 2));
    private readonly long _chunkBytes;
    private volatile Chunks _chunks;

    // There was no room for the end of the open file: it is closed before anything more is written.
    private bool _isToBeClosed;

    internal LedgerFiles(string directory, long chunkBytes, ImmutableArray<ClosedChunk> closed, ChunkWriter? open)
    {
        _directory = directory;
        _chunkBytes = chunkBytes;
        _chunks = new Chunks(closed, open);
    }

    /// <summary>The directory that the files are in.</summary>
    public string DirectoryPath => _directory;

    /// <summary>Where the open file ends: its first seqno and its length in bytes.</summary>
    public LedgerEnd End => _chunks.Open is { } open ? new LedgerEnd(open.First, open.Length) : LedgerEnd.BetweenFiles;

    /// <summary>The entry that comes next.</summary>
    public SeqNo Next => _chunks is var chunks && chunks.Open is { } open ? open.Next : chunks.LastClosed.Next;

    /// <summary>The files that are closed, in order: they never change again.</summary>
    public IReadOnlyList<ChunkPath> Closed =>
        [.. _chunks.Closed.Select(chunk => new ChunkPath(chunk.Path, new ChunkName(chunk.First, chunk.Last)))];

    /// <summary>
    /// Writes entries behind the last one and waits until the disk holds them. A file that has reached its size is
    /// closed behind the next signature transaction, and the rest goes into a new one.
    /// </summary>
    /// <exception cref="WriteRefusedException">The disk refused: nothing was taken, or as many entries as it says.</exception>
    /// <exception cref="IOException">Whether the disk holds the entries is not known.</exception>
    public void Append(IReadOnlyList<LedgerFileEntry> entries)
    {
        Write(entries);
        Flush();
    }

    /// <summary>Writes entries behind the last one, and promises nothing of them before <see cref="Flush"/>.</summary>
    /// <inheritdoc cref="Append"/>
    public void Write(IReadOnlyList<LedgerFileEntry> entries)
    {
        var start = 0;
        try
        {
            if (_isToBeClosed) CloseFile();
            for (var i = 0; i < entries.Count; i++)
            {
                if (!entries[i].MayEndFile || !(entries[i].EndsFile || ReachesSize(entries, start, i))) continue;
                Write(entries, start, i + 1);
                start = i + 1;
                CloseFile();
            }
            if (start < entries.Count) Write(entries, start, entries.Count);
        }
        catch (WriteRefusedException refused)
        {
            // All that was asked for is written; that its file could not be closed is made good with the next write.
            if (start < entries.Count || entries.Count == 0)
                throw new WriteRefusedException((IOException)refused.InnerException!, start);
        }
    }

    /// <summary>Waits until the disk holds all that was written before. Any thread may ask.</summary>
    /// <exception cref="IOException">The disk did not confirm.</exception>
    public void Flush()
    {
        try
        {
            if (_chunks.Open is { } open) Durable.Flush(open.File);
        }
        catch (ObjectDisposedException)
        {
            // It was closed meanwhile, which flushes it.
        }
    }

    /// <summary>Reads the entry at a seqno.</summary>
    /// <returns>The entry; null where there is none, or none yet.</returns>
    /// <exception cref="LedgerCorruptException">The bytes at its place are not this entry.</exception>
    public LedgerEntry? Read(SeqNo seqno) => ReadBytes(seqno) is { } bytes ? Parse(seqno, bytes) : null;

    /// <summary>Takes an entry's bytes apart.</summary>
    /// <exception cref="LedgerCorruptException">They are not the entry at this seqno.</exception>
    public LedgerEntry Parse(SeqNo seqno, byte[] bytes)
    {
        try
        {
            var entry = LedgerEntry.Parse(bytes);
            if (entry.Id.SeqNo == seqno) return entry;
            throw new FormatException($"The entry says that it is {entry.Id.SeqNo}.");
        }
        catch (FormatException damage)
        {
            throw new LedgerCorruptException(_directory, 0, seqno, damage.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _files.Dispose();
        _chunks.Open?.Dispose();
    }

    /// <summary>Reads an entry's bytes as they lie there, not taken apart.</summary>
    /// <returns>Its bytes from its header on; null where there is none, or none yet.</returns>
    /// <exception cref="LedgerCorruptException">The file ends before it.</exception>
    public byte[]? ReadBytes(SeqNo seqno)
    {
        var chunks = _chunks;
        if (chunks.Open is { } open && seqno >= open.First)
        {
            try
            {
                return open.TryLocate(seqno, out var place) ? ReadOpen(open, place, seqno) : null;
            }
            catch (ObjectDisposedException) when (_chunks != chunks)
            {
                // The file was closed between finding and reading: now it is found as closed.
                return ReadBytes(seqno);
            }
        }
        if (chunks.Find(seqno) is not { } closed) return null;
        var found = closed.Locate(seqno, _files);
        var bytes = new byte[found.Size];
        if (_files.Read(closed.Path, bytes, found.Offset) == bytes.Length) return bytes;
        throw new LedgerCorruptException(closed.Path, found.Offset, seqno, "the file ends within the entry");
    }

    /// <summary>How many bytes of entries there are from one on; of all of them where it lies before the first.</summary>
    /// <exception cref="LedgerCorruptException">A positions table is damaged.</exception>
    public long BytesFrom(SeqNo first)
    {
        var chunks = _chunks;
        long bytes = 0;
        if (chunks.Open is { } open && first < open.Next)
            bytes = open.Length - (open.TryLocate(first, out var place) ? place.Offset : ChunkWriter.HeaderSize);
        for (var i = chunks.Closed.Length - 1; i >= 0 && chunks.Closed[i].Last >= first; i--)
            bytes += chunks.Closed[i].BytesFrom(first, _files);
        return bytes;
    }

    private static byte[] ReadOpen(ChunkWriter open, EntryPlace place, SeqNo seqno)
    {
        var bytes = new byte[place.Size];
        if (RandomAccess.Read(open.File, bytes, place.Offset) == bytes.Length) return bytes;
        throw new LedgerCorruptException(open.Path, place.Offset, seqno, "the file ends within the entry");
    }

    private bool ReachesSize(IReadOnlyList<LedgerFileEntry> entries, int start, int end)
    {
        var length = _chunks.Open?.Length ?? ChunkWriter.HeaderSize;
        for (var i = start; i <= end; i++) length += entries[i].Bytes.Length;
        return length >= _chunkBytes;
    }

    private void Write(IReadOnlyList<LedgerFileEntry> entries, int start, int end)
    {
        var open = _chunks.Open ?? OpenFile(entries[start].SeqNo);
        if (open.Next != entries[start].SeqNo)
            throw new InvalidOperationException($"Entry {entries[start].SeqNo} was to be written where {open.Next} belongs.");
        var parts = new List<ReadOnlyMemory<byte>>(end - start);
        for (var i = start; i < end; i++) parts.Add(entries[i].Bytes);
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

    private void CloseFile()
    {
        var open = _chunks.Open!;
        _isToBeClosed = true;
        _chunks = new Chunks(_chunks.Closed.Add(open.Close()), Open: null);
        _isToBeClosed = false;
        open.Dispose();
    }

    private sealed record Chunks(ImmutableArray<ClosedChunk> Closed, ChunkWriter? Open)
    {
        public SeqNo LastClosed => Closed.IsEmpty ? SeqNo.None : Closed[^1].Last;

        public ClosedChunk? Find(SeqNo seqno)
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
