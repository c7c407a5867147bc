using System.Buffers.Binary;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Snapshots;

/// <summary>A snapshot's entry by its outer parts.</summary>
internal sealed record SnapshotFrame(
    TransactionId SealedAs, ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> PublicDomain, ReadOnlyMemory<byte> PrivateDomain)
{
    public SeqNo SeqNo => SealedAs.SeqNo;

    public ReadOnlySpan<byte> Tag => Bytes.Span.Slice(EntryFormat.TagOffset, LedgerSecret.TagSize);

    public int PrivateOffset => Bytes.Length - PrivateDomain.Length;

    /// <exception cref="FormatException">The bytes are not a snapshot.</exception>
    public static SnapshotFrame Read(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < EntryFormat.PublicOffset) throw new FormatException($"A snapshot of {span.Length} bytes.");
        if (LedgerEntry.SizeOf(span) != span.Length) throw new FormatException("A snapshot of another size than its header says.");
        if (span[1] != 0) throw new FormatException($"At byte 1 of the snapshot: unknown flags {span[1]:x2}.");
        var seqno = BinaryPrimitives.ReadInt64LittleEndian(span[EntryFormat.IvOffset..]);
        var view = BinaryPrimitives.ReadUInt32LittleEndian(span[(EntryFormat.IvOffset + sizeof(long))..]);
        if (seqno < 1 || (view & LedgerSecret.SnapshotView) == 0)
            throw new FormatException($"At byte {EntryFormat.IvOffset} of the snapshot: no snapshot's vector.");
        var publicSize = BinaryPrimitives.ReadInt64LittleEndian(span[EntryFormat.PublicSizeOffset..]);
        if (publicSize < 0 || publicSize > span.Length - EntryFormat.PublicOffset)
            throw new FormatException($"At byte {EntryFormat.PublicSizeOffset} of the snapshot: a public domain of {publicSize} bytes.");
        return new SnapshotFrame(
            TransactionId.Of(view & ~LedgerSecret.SnapshotView, seqno), bytes,
            bytes.Slice(EntryFormat.PublicOffset, (int)publicSize),
            bytes[(EntryFormat.PublicOffset + (int)publicSize)..]);
    }
}
