using System.Buffers.Binary;
using System.Security.Cryptography;
using Stele.Cryptography.Sealing;

namespace Stele.Ledger.Collections;

/// <summary>
/// The first 40 bytes of a run: <c>STELERU1</c>, a random id of 16 bytes, the first and the last seqno, little-endian.
/// Every block is authenticated together with it.
/// </summary>
internal static class RunHeader
{
    public const int Size = 40;

    private const int IdOffset = 8;
    private const int FirstOffset = 24;
    private const int LastOffset = 32;

    private static ReadOnlySpan<byte> Magic => "STELERU1"u8;

    /// <summary>The header of a new run.</summary>
    public static byte[] New(SeqNoRange range)
    {
        var header = new byte[Size];
        Magic.CopyTo(header);
        RandomNumberGenerator.Fill(header.AsSpan(IdOffset, FirstOffset - IdOffset));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(FirstOffset), range.First.Value);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(LastOffset), range.Last.Value);
        return header;
    }

    /// <summary>Whether these bytes are the header of the run of a range.</summary>
    public static bool IsOf(SeqNoRange range, ReadOnlySpan<byte> header) =>
        header.StartsWith(Magic)
        && BinaryPrimitives.ReadInt64LittleEndian(header[FirstOffset..]) == range.First.Value
        && BinaryPrimitives.ReadInt64LittleEndian(header[LastOffset..]) == range.Last.Value;

    /// <summary>What seals the blocks of the run.</summary>
    public static BlockSeal SealOf(ReadOnlySpan<byte> header, LedgerSecret secret) =>
        new(secret.DeriveKey([.. "collections run "u8, .. header[IdOffset..FirstOffset]]), header.ToArray());
}
