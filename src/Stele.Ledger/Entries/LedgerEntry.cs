using System.Buffers.Binary;
using Stele.Cryptography;
using Stele.Cryptography.Sealing;

namespace Stele.Ledger.Entries;

/// <summary>A ledger entry as it was found: its structure has been checked, its place in the tree has not.</summary>
public sealed class LedgerEntry
{
    // Behind the public domain's type and seqno.
    private const int DigestsOffset = EntryFormat.PublicOffset + sizeof(byte) + sizeof(long);

    private static readonly WriteSet Nothing = new();

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int _publicSize;
    private Digest? _writeSetDigest;
    private WriteSet? _privateWrites;

    /// <summary>The bytes by which an entry's size is known: <see cref="SizeOf"/>.</summary>
    public const int HeaderSize = EntryFormat.HeaderSize;

    private LedgerEntry(ReadOnlyMemory<byte> bytes, int publicSize, WriteSet publicWrites)
    {
        _bytes = bytes;
        _publicSize = publicSize;
        PublicWrites = publicWrites;
    }

    /// <summary>The transaction, as the GCM header says it.</summary>
    public TransactionId Id { get; private init; }

    /// <summary>The flags of its header.</summary>
    public EntryFlags Flags { get; private init; }

    /// <summary>What its public domain holds before the tables.</summary>
    public EntryType Type { get; private init; }

    /// <summary>The claims digest; zero where it has none.</summary>
    public Digest ClaimsDigest => HasClaims(Type) ? DigestAt(DigestsOffset) : Digest.Zero;

    /// <summary>The commit evidence digest; zero where it has none.</summary>
    public Digest CommitEvidenceDigest =>
        HasCommitEvidence ? DigestAt(DigestsOffset + (HasClaims(Type) ? Digest.Size : 0)) : Digest.Zero;

    /// <summary>What it writes to public tables.</summary>
    public WriteSet PublicWrites { get; }

    /// <summary>Whether it has a commit evidence digest.</summary>
    public bool HasCommitEvidence => HasEvidence(Type);

    /// <summary>What it writes to private tables; nothing before it has been opened.</summary>
    public WriteSet PrivateWrites => _privateWrites ?? new WriteSet();

    /// <summary>Whether it writes to private tables.</summary>
    public bool HasPrivateWrites => PrivateDomain.Length > 0;

    /// <summary>Its size in bytes, the 8-byte header included.</summary>
    public int Size => _bytes.Length;

    /// <summary>SHA-256 of the whole entry.</summary>
    public Digest WriteSetDigest => _writeSetDigest ??= Digest.Of(_bytes.Span);

    /// <summary>Its leaf in the Merkle tree.</summary>
    public Digest Leaf => EntryLeaf.Of(
        WriteSetDigest, HasCommitEvidence ? CommitEvidenceDigest : null, HasClaims(Type) ? ClaimsDigest : null);

    private ReadOnlyMemory<byte> PublicDomain => _bytes.Slice(EntryFormat.PublicOffset, _publicSize);

    private ReadOnlyMemory<byte> PrivateDomain => _bytes[(EntryFormat.PublicOffset + _publicSize)..];

    /// <summary>All that it writes; of private tables only what has been opened.</summary>
    public WriteSet Writes => PublicWrites.With(PrivateWrites);

    /// <summary>What it writes to a table; null where it writes nothing there, or has not been opened.</summary>
    public TableWrites? WritesTo(TableName table) => (table.IsPublic ? PublicWrites : PrivateWrites).Find(table);

    /// <summary>The size of an entry by its 8-byte header, which it includes.</summary>
    /// <exception cref="FormatException">No entry has such a header.</exception>
    public static int SizeOf(ReadOnlySpan<byte> header)
    {
        if (header[0] != EntryFormat.Version) throw new FormatException($"An entry of version {header[0]}, not 1.");
        var size = (long)(BinaryPrimitives.ReadUInt64LittleEndian(header) >> 16) + EntryFormat.HeaderSize;
        if (size is < EntryFormat.PublicOffset + 1 or > EntryFormat.SizeMax)
            throw new FormatException($"An entry of {size} bytes.");
        return (int)size;
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="bytes">The whole entry, its 8-byte header included. They are kept, not copied.</param>
    /// <exception cref="FormatException">The bytes are not an entry; the message names the place within them.</exception>
    public static LedgerEntry Parse(ReadOnlyMemory<byte> bytes) => Parse(bytes, isAll: true);

    /// <summary>Reads an entry, judging all of it, but keeps no writes to tables other than CCF's own.</summary>
    /// <param name="bytes">The whole entry, its 8-byte header included. They are kept, not copied.</param>
    /// <exception cref="FormatException">As of <see cref="Parse(ReadOnlyMemory{byte})"/>.</exception>
    internal static LedgerEntry ParseForAudit(ReadOnlyMemory<byte> bytes) => Parse(bytes, isAll: false);

    private static LedgerEntry Parse(ReadOnlyMemory<byte> bytes, bool isAll)
    {
        var span = bytes.Span;
        if (span.Length < EntryFormat.PublicOffset) throw new FormatException($"An entry of {span.Length} bytes.");
        if (SizeOf(span) != span.Length) throw new FormatException("An entry of another size than its header says.");
        if ((span[1] & ~3) != 0) throw new FormatException($"At byte 1 of the entry: unknown flags {span[1]:x2}.");
        var publicSize = BinaryPrimitives.ReadInt64LittleEndian(span[EntryFormat.PublicSizeOffset..]);
        if (publicSize < 0 || publicSize > span.Length - EntryFormat.PublicOffset)
            throw new FormatException($"At byte {EntryFormat.PublicSizeOffset} of the entry: a public domain of {publicSize} bytes.");

        var reader = new DomainReader(bytes.Slice(EntryFormat.PublicOffset, (int)publicSize), EntryFormat.PublicOffset);
        var type = ReadType(ref reader);
        var id = ReadId(span, ref reader);
        if (HasClaims(type)) reader.Digest();
        if (HasEvidence(type)) reader.Digest();
        reader.Int64(); // CCF's legacy «max conflict version»: 0 since 2.0, and of no meaning before
        var writes = isAll || !TablesScan.IsPlain(reader.Rest) ? TablesReader.Read(ref reader) : Nothing;
        return new LedgerEntry(bytes, (int)publicSize, writes)
        {
            Id = id,
            Flags = (EntryFlags)span[1],
            Type = type,
        };
    }

    /// <summary>Opens the private domain; the public one and the id are authenticated with it, also where it is empty.</summary>
    /// <returns>Whether the entry is what was sealed under this secret.</returns>
    /// <exception cref="FormatException">It was, and yet is not made of tables.</exception>
    public bool TryOpen(LedgerSecret secret, out WriteSet privateWrites)
    {
        var plaintext = new byte[PrivateDomain.Length];
        privateWrites = new WriteSet();
        if (!TryOpen(secret, plaintext)) return false;
        _privateWrites = privateWrites = ReadPrivate(plaintext);
        return true;
    }

    /// <summary>Opens the private domain where it lies, over its ciphertext, and judges it without keeping its writes.</summary>
    /// <param name="secret">The ledger secret.</param>
    /// <param name="bytes">The bytes that this entry was read from; its digest must have been taken before.</param>
    /// <returns>Whether the entry is what was sealed under this secret.</returns>
    /// <exception cref="FormatException">It was, and yet is not made of tables.</exception>
    internal bool TryOpenInPlace(LedgerSecret secret, Memory<byte> bytes)
    {
        var privateDomain = bytes[(EntryFormat.PublicOffset + _publicSize)..];
        if (!TryOpen(secret, privateDomain.Span)) return false;
        if (!TablesScan.IsPlain(privateDomain.Span)) ReadPrivate(privateDomain);
        return true;
    }

    private bool TryOpen(LedgerSecret secret, Span<byte> plaintext) => secret.TryOpen(
        Id, PublicDomain.Span, PrivateDomain.Span, _bytes.Span.Slice(EntryFormat.TagOffset, LedgerSecret.TagSize), plaintext);

    private WriteSet ReadPrivate(ReadOnlyMemory<byte> plaintext)
    {
        var reader = new DomainReader(plaintext, EntryFormat.PublicOffset + _publicSize);
        return TablesReader.Read(ref reader);
    }

    private Digest DigestAt(int offset) => new(_bytes.Span.Slice(offset, Digest.Size));

    private static bool HasClaims(EntryType type) =>
        type is EntryType.WriteSetWithClaims or EntryType.WriteSetWithCommitEvidenceAndClaims;

    private static bool HasEvidence(EntryType type) =>
        type is EntryType.WriteSetWithCommitEvidence or EntryType.WriteSetWithCommitEvidenceAndClaims;

    private static EntryType ReadType(ref DomainReader reader)
    {
        var type = (EntryType)reader.Byte();
        if (type is EntryType.Snapshot || !Enum.IsDefined(type)) throw reader.Fault($"an entry of type {(int)type}");
        return type;
    }

    // The transaction that an entry's GCM header names; null where it names none.
    private static TransactionId? IdOf(ReadOnlySpan<byte> header)
    {
        var seqno = BinaryPrimitives.ReadInt64LittleEndian(header[EntryFormat.IvOffset..]);
        var view = BinaryPrimitives.ReadUInt32LittleEndian(header[(EntryFormat.IvOffset + sizeof(long))..]);
        return seqno < 1 || view > View.MaxValue ? null : TransactionId.Of(view, seqno);
    }

    private static TransactionId ReadId(ReadOnlySpan<byte> entry, ref DomainReader reader)
    {
        var id = IdOf(entry) ?? throw new FormatException("At byte 24 of the entry: no transaction id.");
        if (reader.Int64() != id.SeqNo.Value) throw reader.Fault($"another seqno than {id.SeqNo}, which the GCM header says");
        return id;
    }
}
