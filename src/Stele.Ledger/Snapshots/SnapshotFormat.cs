using Stele.Cryptography;

namespace Stele.Ledger.Snapshots;

/// <summary>The layout of a snapshot entry in CCF's format; all integers are little-endian.</summary>
/// <remarks>
/// An entry's header without flags, tag, vector (u64 seqno, u32 with the top bit alone) and size of the public domain, as
/// in <see cref="Entries.EntryFormat"/>. The public domain: u8 type 1, i64 seqno, i64 zero, u64 32 and the leaf, u64 size
/// and one u64 for each view, then tables. The private domain: tables alone, sealed. A table: u64 size and name, u64
/// version, u64 size and its rows. A row: u64 size and key, u64 size and what follows it: i64 version, value; zeros after
/// both up to a multiple of 8. A negative version marks a tombstone.
/// </remarks>
internal static class SnapshotFormat
{
    /// <summary>The size of the public domain before the view history, in bytes.</summary>
    public const int FixedPublicSize = 1 + sizeof(long) + sizeof(long) + sizeof(long) + Digest.Size + sizeof(long);

    private const ulong HashKey0 = 0x7720796f726c694b;
    private const ulong HashKey1 = 0x2165726568207361;

    /// <summary>Where a row stands in its table: rows go by this number of their keys, as CCF's hash map does.</summary>
    public static uint PlaceOf(ReadOnlySpan<byte> key) => (uint)SipHash.Of(HashKey0, HashKey1, key);

    /// <summary>A size in bytes with the zeros behind it.</summary>
    public static int Padded(int size) => checked(size + 7) & ~7;
}
