using System.Buffers.Binary;
using System.Security.Cryptography;
using Stele.Cryptography;
using Stele.Ledger.Entries;

namespace Stele.Replication.Network;

/// <summary>A batch as etcd holds it: consecutive entries, and the proof that a node of this network put them there.</summary>
/// <remarks>
/// <para>8 bytes magic; 8 bytes seqno of the first entry, little-endian; 4 bytes count, little-endian; 32 bytes Merkle root
/// over all entries before; the entries as they stand in ledger files; 32 bytes HMAC-SHA-256 over all before, under a key that only
/// holders of the ledger secret can derive.</para>
/// <para>The entries are sealed by themselves: whoever can read etcd sees no more of them than in a ledger file. The HMAC
/// keeps out whoever can write to etcd and is no node; who of the nodes wrote it, the signature transactions in it say.</para>
/// </remarks>
internal sealed record SealedBatch
{
    private const int FirstOffset = 8;
    private const int CountOffset = FirstOffset + sizeof(long);
    private const int RootOffset = CountOffset + sizeof(int);
    private const int EntriesOffset = RootOffset + Digest.Size;

    /// <summary>The bytes of a batch without entries.</summary>
    public const int Overhead = EntriesOffset + Digest.Size;

    private static ReadOnlySpan<byte> Magic => "STELEBT1"u8;

    /// <summary>The seqno of the first entry.</summary>
    public required SeqNo First { get; init; }

    /// <summary>The Merkle root over all entries before the first: of the one history that it goes on from.</summary>
    public required Digest Before { get; init; }

    /// <summary>The entries' bytes.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Entries { get; init; }

    /// <summary>The seqno behind the last entry.</summary>
    public SeqNo Next => new(First.Value + Entries.Count);

    /// <summary>Seals the entries that follow a tail.</summary>
    public static byte[] Seal(in StoreTail tail, IReadOnlyList<ReadOnlyMemory<byte>> entries, ReadOnlySpan<byte> key)
    {
        var bytes = new byte[Overhead + entries.Sum(entry => entry.Length)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(FirstOffset), tail.Next.Value);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(CountOffset), entries.Count);
        tail.Root.Span.CopyTo(bytes.AsSpan(RootOffset));
        var end = EntriesOffset;
        foreach (var entry in entries)
        {
            entry.Span.CopyTo(bytes.AsSpan(end));
            end += entry.Length;
        }
        Digest.Keyed(key, bytes.AsSpan(0, end)).Span.CopyTo(bytes.AsSpan(end));
        return bytes;
    }

    /// <summary>Opens a batch.</summary>
    /// <exception cref="FormatException">No node of this network has written it, or it was altered since.</exception>
    public static SealedBatch Open(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> key)
    {
        var span = bytes.Span;
        if (span.Length < Overhead || !span.StartsWith(Magic)) throw new FormatException("It does not begin as a batch does.");
        var end = span.Length - Digest.Size;
        if (!CryptographicOperations.FixedTimeEquals(Digest.Keyed(key, span[..end]).Span, span[end..]))
            throw new FormatException("It was not sealed by a node of this network.");
        return new SealedBatch
        {
            First = new SeqNo(BinaryPrimitives.ReadInt64LittleEndian(span[FirstOffset..])),
            Before = new Digest(span[RootOffset..EntriesOffset]),
            Entries = Split(bytes[EntriesOffset..end], BinaryPrimitives.ReadInt32LittleEndian(span[CountOffset..])),
        };
    }

    private static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> bytes, int count)
    {
        var entries = new List<ReadOnlyMemory<byte>>();
        while (!bytes.IsEmpty)
        {
            if (bytes.Length < LedgerEntry.HeaderSize) throw new FormatException("Its last entry is cut short.");
            var size = LedgerEntry.SizeOf(bytes.Span);
            if (size > bytes.Length) throw new FormatException("Its last entry is cut short.");
            entries.Add(bytes[..size]);
            bytes = bytes[size..];
        }
        return entries.Count == count ? entries : throw new FormatException($"It has {entries.Count} entries, not {count}.");
    }
}
