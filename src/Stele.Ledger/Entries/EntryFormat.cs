namespace Stele.Ledger.Entries;

/// <summary>The layout of a ledger entry in CCF's format; all integers are little-endian.</summary>
/// <remarks>
/// u8 version, u8 flags, u48 size of what follows; 16 bytes GCM tag, 12 bytes GCM IV; u64 size of the public domain, the
/// public domain, the private domain. The public domain: u8 type, i64 seqno, 32 bytes claims digest, 32 bytes commit
/// evidence digest, i64 zero, then tables. The private domain: tables alone, sealed.
/// </remarks>
internal static class EntryFormat
{
    public const byte Version = 1;
    public const int HeaderSize = 8;
    public const int TagOffset = HeaderSize;
    public const int IvOffset = TagOffset + 16;
    public const int PublicSizeOffset = IvOffset + 12;
    public const int PublicOffset = PublicSizeOffset + sizeof(long);

    /// <summary>An entry longer than this cannot be in a file whose offsets are 32 bits.</summary>
    public const long SizeMax = uint.MaxValue / 2;
}
