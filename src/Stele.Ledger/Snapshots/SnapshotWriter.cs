using System.Buffers.Binary;
using System.Text;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Snapshots;

/// <summary>Writes a snapshot's entry: equal contents give equal bytes.</summary>
public static class SnapshotWriter
{
    /// <summary>Writes a snapshot, its private tables sealed.</summary>
    /// <param name="contents">What it says; the order of its tables and rows does not matter.</param>
    /// <param name="secret">The ledger secret that is in force at its seqno.</param>
    /// <returns>The entry, its 8-byte header included; a file holds a receipt behind it.</returns>
    /// <exception cref="OverflowException">It would have 2 GB or more.</exception>
    public static byte[] Write(SnapshotContents contents, LedgerSecret secret)
    {
        var tables = contents.Tables.OrderBy(table => table.Name.Value, StringComparer.Ordinal)
            .Select(table => new SnapshotRows(table)).ToLookup(rows => rows.Table.Name.IsPublic);
        var publicSize = checked(
            SnapshotFormat.FixedPublicSize + (contents.ViewHistory.Count * sizeof(long)) + SizeOf(tables[true]));
        var bytes = new byte[checked(EntryFormat.PublicOffset + publicSize + SizeOf(tables[false]))];
        var sealedAs = new TransactionId(contents.SealedIn, contents.SeqNo);
        WriteHeader(bytes, sealedAs, publicSize);

        var publicDomain = bytes.AsSpan(EntryFormat.PublicOffset, publicSize);
        var writer = new DomainWriter(publicDomain);
        WriteFixed(ref writer, contents);
        WriteTables(ref writer, tables[true]);

        // The private tables are written where their ciphertext will stand: GCM seals in place.
        var privateDomain = bytes.AsSpan(EntryFormat.PublicOffset + publicSize);
        writer = new DomainWriter(privateDomain);
        WriteTables(ref writer, tables[false]);
        var tag = bytes.AsSpan(EntryFormat.TagOffset, LedgerSecret.TagSize);
        secret.SealSnapshot(sealedAs, publicDomain, privateDomain, privateDomain, tag);
        return bytes;
    }

    private static void WriteHeader(Span<byte> bytes, TransactionId sealedAs, int publicSize)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, (long)(bytes.Length - EntryFormat.HeaderSize) << 16);
        bytes[0] = EntryFormat.Version;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[EntryFormat.IvOffset..], sealedAs.SeqNo.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(
            bytes[(EntryFormat.IvOffset + sizeof(long))..], LedgerSecret.SnapshotView | (uint)sealedAs.View.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[EntryFormat.PublicSizeOffset..], publicSize);
    }

    private static void WriteFixed(ref DomainWriter writer, SnapshotContents contents)
    {
        writer.Byte((byte)EntryType.Snapshot);
        writer.Int64(contents.SeqNo.Value);
        writer.Int64(0);
        writer.SizedBytes(contents.Leaf.Span);
        writer.Int64(contents.ViewHistory.Count * sizeof(long));
        foreach (var start in contents.ViewHistory) writer.Int64(start.Value);
    }

    private static int SizeOf(IEnumerable<SnapshotRows> tables)
    {
        var size = 0;
        foreach (var rows in tables)
            size = checked(size + (3 * sizeof(long)) + Encoding.UTF8.GetByteCount(rows.Table.Name.Value) + rows.Size);
        return size;
    }

    private static void WriteTables(ref DomainWriter writer, IEnumerable<SnapshotRows> tables)
    {
        foreach (var rows in tables)
        {
            writer.Text(rows.Table.Name.Value);
            writer.Int64(rows.Table.Version.Value);
            writer.Int64(rows.Size);
            rows.Write(ref writer);
        }
    }
}
