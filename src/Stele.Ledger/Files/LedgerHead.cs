using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Stele.Cryptography;

namespace Stele.Ledger.Files;

/// <summary>
/// A node's memory of how far its ledger has come, in a small file of its own: without it, ledger files that were cut
/// short behind a signature would look like a shorter, valid ledger.
/// </summary>
/// <remarks>
/// Two slots of 128 bytes, written in turn, each with its own checksum, so that a torn write leaves the other one. The
/// file is written after every batch and flushed seldom: it survives the process's death at any moment; after a power
/// failure it may be older than the ledger, never newer, since the ledger is flushed before it is written.
/// </remarks>
public sealed class LedgerHead : IDisposable
{
    private const int SlotSize = 128;
    private const int NumberCount = 7;
    private const int ChecksumOffset = SlotSize - Digest.Size;
    private const int RootOffset = ChecksumOffset - Digest.Size;

    private static ReadOnlySpan<byte> Magic => "STELEHD1"u8;

    private readonly SafeFileHandle _file;
    private readonly SafeFileHandle _lock;
    private long _generation;

    private LedgerHead(SafeFileHandle file, SafeFileHandle @lock, long generation, LedgerHeadRecord? found)
    {
        _file = file;
        _lock = @lock;
        _generation = generation;
        Found = found;
    }

    /// <summary>What the file said when it was opened; null when it was new or held nothing that can be read.</summary>
    public LedgerHeadRecord? Found { get; }

    /// <summary>
    /// Opens a head file, or makes one. A lock beside it refuses a second node on the same ledger; an auditor may read.
    /// </summary>
    /// <exception cref="IOException">Another node has it open, or it cannot be made.</exception>
    public static LedgerHead Open(string path)
    {
        var @lock = Lock(path);
        try
        {
            var isNew = !File.Exists(path);
            var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
            if (isNew) Durable.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var (generation, record) = ReadNewest(file);
            return new LedgerHead(file, @lock, generation, record);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>Takes the lock of the running node, for as long as what is returned is not disposed of.</summary>
    /// <exception cref="IOException">A node has it.</exception>
    public static SafeFileHandle Lock(string path) =>
        File.OpenHandle(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Reads a head file without locking it.</summary>
    /// <returns>What it says; null when it is missing or holds nothing that can be read.</returns>
    public static LedgerHeadRecord? Read(string path)
    {
        if (!File.Exists(path)) return null;
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return ReadNewest(file).Record;
    }

    /// <summary>
    /// Notes, for good, that a ledger is about to begin: from here on ledger files without a head are ones whose head was lost.
    /// </summary>
    public void Begin()
    {
        Write(new LedgerHeadRecord(default, LedgerEnd.BetweenFiles, default, Digest.Zero));
        Flush();
    }

    /// <summary>Notes how far the ledger has come. Expected: one <c>pwrite64</c> of 128 bytes.</summary>
    public void Write(LedgerHeadRecord record)
    {
        Span<byte> slot = stackalloc byte[SlotSize];
        slot.Clear();
        _generation++;
        Encode(record, _generation, slot);
        RandomAccess.Write(_file, slot, (_generation & 1) * SlotSize);
    }

    /// <summary>Waits until the disk holds the head.</summary>
    public void Flush() => Durable.Flush(_file);

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    private static void Encode(LedgerHeadRecord record, long generation, Span<byte> slot)
    {
        Magic.CopyTo(slot);
        ReadOnlySpan<long> numbers =
        [
            generation,
            record.Durable.View.Value, record.Durable.SeqNo.Value,
            record.End.File.Value, record.End.Length,
            record.Committed.View.Value, record.Committed.SeqNo.Value,
        ];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(slot[NumberOffset(i)..], numbers[i]);
        record.CommittedRoot.Span.CopyTo(slot[RootOffset..]);
        Digest.Of(slot[..ChecksumOffset]).Span.CopyTo(slot[ChecksumOffset..]);
    }

    private static (long Generation, LedgerHeadRecord? Record) ReadNewest(SafeFileHandle file)
    {
        Span<byte> bytes = stackalloc byte[2 * SlotSize];
        bytes = bytes[..RandomAccess.Read(file, bytes, 0)];
        (long Generation, LedgerHeadRecord? Record) newest = (0, null);
        for (; bytes.Length >= SlotSize; bytes = bytes[SlotSize..])
        {
            var slot = Decode(bytes[..SlotSize]);
            if (slot.Generation > newest.Generation) newest = slot;
        }
        return newest;
    }

    private static (long Generation, LedgerHeadRecord? Record) Decode(ReadOnlySpan<byte> slot)
    {
        if (!slot.StartsWith(Magic)) return (0, null);
        if (Digest.Of(slot[..ChecksumOffset]) != new Digest(slot[ChecksumOffset..])) return (0, null);
        Span<long> number = stackalloc long[NumberCount];
        for (var i = 0; i < NumberCount; i++)
            number[i] = BinaryPrimitives.ReadInt64LittleEndian(slot[NumberOffset(i)..]);
        var record = new LedgerHeadRecord(
            TransactionId.Of(number[1], number[2]),
            new LedgerEnd(new SeqNo(number[3]), number[4]),
            TransactionId.Of(number[5], number[6]),
            new Digest(slot[RootOffset..ChecksumOffset]));
        return (number[0], record);
    }

    private static int NumberOffset(int index) => Magic.Length + (index * sizeof(long));
}
