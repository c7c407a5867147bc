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
    /// <summary>Encodes a transaction into an array of its own.</summary>
    public static EncodedEntry Encode(
        TransactionId id, WriteSet writes, in Digest claimsDigest, LedgerSecret secret, EntryFlags flags) =>
        Encode(id, writes, claimsDigest, secret, flags, static size => new byte[size]);

    /// <summary>Encodes a transaction, once, into a buffer of exactly its size.</summary>
    /// <param name="id">The transaction.</param>
    /// <param name="writes">What it writes.</param>
    /// <param name="claimsDigest">The digest of what it claims.</param>
    /// <param name="secret">What its private part is sealed with.</param>
    /// <param name="flags">What its header asks of the file it is in.</param>
    /// <param name="bufferOf">Gives a buffer of so many bytes, which the entry keeps.</param>
    public static EncodedEntry Encode(
        TransactionId id, WriteSet writes, in Digest claimsDigest, LedgerSecret secret, EntryFlags flags,
        Func<int, Memory<byte>> bufferOf)
    {
        var evidence = secret.CommitEvidenceDigest(id);
        var publicSize = PublicHeaderSize + TablesSize(writes, isPublic: true);
        var privateSize = TablesSize(writes, isPublic: false);
        var memory = bufferOf(EntryFormat.PublicOffset + publicSize + privateSize);
        var bytes = memory.Span;

        WriteHeader(bytes, flags);
        WriteIv(bytes, id);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[EntryFormat.PublicSizeOffset..], publicSize);
        var publicDomain = bytes.Slice(EntryFormat.PublicOffset, publicSize);
        var writer = new DomainWriter(publicDomain);
        writer.Byte((byte)EntryType.WriteSetWithCommitEvidenceAndClaims);
        writer.Int64(id.SeqNo.Value);
        writer.Bytes(claimsDigest.Span);
        writer.Bytes(evidence.Span);
        writer.Int64(0);
        WriteTables(ref writer, writes, isPublic: true);

        // The private tables are written where their ciphertext will stand: GCM seals in place.
        var privateDomain = bytes[(EntryFormat.PublicOffset + publicSize)..];
        writer = new DomainWriter(privateDomain);
        WriteTables(ref writer, writes, isPublic: false);
        var tag = bytes.Slice(EntryFormat.TagOffset, LedgerSecret.TagSize);
        secret.Seal(id, publicDomain, privateDomain, privateDomain, tag);

        var writeSetDigest = Digest.Of(bytes);
        return new EncodedEntry(id, memory, EntryLeaf.Of(writeSetDigest, evidence, claimsDigest));
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
        var written = 0;
        foreach (var write in table.Writes)
            if (write.Value is not null) written++;
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
