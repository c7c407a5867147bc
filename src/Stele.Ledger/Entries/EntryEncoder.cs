using System.Buffers.Binary;
using System.Text;
using Stele.Cryptography;
using Stele.Cryptography.Sealing;

namespace Stele.Ledger.Entries;

/// <summary>
/// <em>Before this:</em> a transaction has gathered its writes. <em>Here:</em> they become the bytes of a ledger entry,
/// the private ones sealed, and its leaf. <em>Next:</em> the Merkle tree.
/// </summary>
public static class EntryEncoder
{
    /// <summary>Encodes a transaction, once, into a buffer of exactly its size.</summary>
    public static EncodedEntry Encode(
        TransactionId id, WriteSet writes, in Digest claimsDigest, LedgerSecret secret, EntryFlags flags)
    {
        var evidence = secret.CommitEvidenceDigest(id);
        var publicSize = PublicHeaderSize + TablesSize(writes, isPublic: true);
        var privateSize = TablesSize(writes, isPublic: false);
        var bytes = new byte[EntryFormat.PublicOffset + publicSize + privateSize];

        WriteHeader(bytes, flags);
        WriteIv(bytes, id);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(EntryFormat.PublicSizeOffset), publicSize);
        var publicDomain = bytes.AsSpan(EntryFormat.PublicOffset, publicSize);
        var writer = new DomainWriter(publicDomain);
        writer.Byte((byte)EntryType.WriteSetWithCommitEvidenceAndClaims);
        writer.Int64(id.SeqNo.Value);
        writer.Bytes(claimsDigest.Span);
        writer.Bytes(evidence.Span);
        writer.Int64(0);
        WriteTables(ref writer, writes, isPublic: true);

        // The private tables are written where their ciphertext will stand: GCM seals in place.
        var privateDomain = bytes.AsSpan(EntryFormat.PublicOffset + publicSize);
        writer = new DomainWriter(privateDomain);
        WriteTables(ref writer, writes, isPublic: false);
        var tag = bytes.AsSpan(EntryFormat.TagOffset, LedgerSecret.TagSize);
        secret.Seal(id, publicDomain, privateDomain, privateDomain, tag);

        var writeSetDigest = Digest.Of(bytes);
        return new EncodedEntry(id, bytes, writeSetDigest, EntryLeaf.Of(writeSetDigest, evidence, claimsDigest));
    }

    private const int PublicHeaderSize = 1 + sizeof(long) + Digest.Size + Digest.Size + sizeof(long);

    private static void WriteHeader(Span<byte> bytes, EntryFlags flags)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, (long)(bytes.Length - EntryFormat.HeaderSize) << 16);
        bytes[0] = EntryFormat.Version;
        bytes[1] = (byte)flags;
    }

    private static void WriteIv(Span<byte> bytes, TransactionId id)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes[EntryFormat.IvOffset..], id.SeqNo.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(EntryFormat.IvOffset + sizeof(long))..], (uint)id.View.Value);
    }

    private static int TablesSize(WriteSet writes, bool isPublic)
    {
        var size = 0;
        foreach (var table in writes.Tables)
        {
            if (table.Name.IsPublic != isPublic) continue;
            size += sizeof(long) + Encoding.UTF8.GetByteCount(table.Name.Value) + (4 * sizeof(long));
            foreach (var write in table.Writes)
                size += sizeof(long) + write.Key.Length + (write.Value is { } value ? sizeof(long) + value.Length : 0);
        }
        return size;
    }

    private static void WriteTables(ref DomainWriter writer, WriteSet writes, bool isPublic)
    {
        foreach (var table in writes.Tables)
            if (table.Name.IsPublic == isPublic) WriteTable(ref writer, table);
    }

    private static void WriteTable(ref DomainWriter writer, TableWrites table)
    {
        var written = table.Writes.Count(write => write.Value is not null);
        writer.Text(table.Name.Value);
        writer.Int64(0); // read version
        writer.Int64(0); // read count
        writer.Int64(written);
        foreach (var write in table.Writes)
        {
            if (write.Value is not { } value) continue;
            writer.SizedBytes(write.Key.Span);
            writer.SizedBytes(value.Span);
        }
        writer.Int64(table.Writes.Count - written);
        foreach (var write in table.Writes)
            if (write.Value is null) writer.SizedBytes(write.Key.Span);
    }
}
