using System.Buffers.Binary;
using Stele.Cryptography;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Proofs;

/// <summary>A node's signature as a tile's file holds it: 224 bytes, the last 32 of them the SHA-256 of the others.</summary>
/// <remarks>
/// Layout, little-endian: seqno (8), view (8), root (32), digest of the signer (32), the signer's place (4) and length (2)
/// in the file, the signature's length (2; 0 where the row holds none), the signature (104: the longest
/// that P-384 has in DER), checksum (32). The seqno in it makes sure that it is the row that was asked for.
/// </remarks>
internal static class SignatureRow
{
    /// <summary>The size in bytes.</summary>
    public const int Size = ChecksumOffset + Digest.Size;

    /// <summary>The longest signature that is kept, in bytes.</summary>
    public const int SignatureMax = 104;

    private const int ViewOffset = sizeof(long);
    private const int RootOffset = ViewOffset + sizeof(long);
    private const int SignerOffset = RootOffset + Digest.Size;
    private const int SignerPlaceOffset = SignerOffset + Digest.Size;
    private const int SignerLengthOffset = SignerPlaceOffset + sizeof(uint);
    private const int SignatureLengthOffset = SignerLengthOffset + sizeof(ushort);
    private const int SignatureOffset = SignatureLengthOffset + sizeof(ushort);
    private const int ChecksumOffset = SignatureOffset + SignatureMax;

    /// <summary>Writes a row.</summary>
    /// <param name="row">Where to, zeroed.</param>
    /// <param name="seqno">The signature transaction.</param>
    /// <param name="signature">The signature; null where it is to be looked for in the ledger.</param>
    /// <param name="signer">Who signed.</param>
    public static void Write(Span<byte> row, SeqNo seqno, NodeSignature? signature, in SignerPlace signer)
    {
        BinaryPrimitives.WriteInt64LittleEndian(row, seqno.Value);
        if (signature is not null)
        {
            BinaryPrimitives.WriteInt64LittleEndian(row[ViewOffset..], signature.Id.View.Value);
            signature.Root.Span.CopyTo(row[RootOffset..]);
            signer.Digest.Span.CopyTo(row[SignerOffset..]);
            BinaryPrimitives.WriteInt32LittleEndian(row[SignerPlaceOffset..], signer.Offset);
            BinaryPrimitives.WriteUInt16LittleEndian(row[SignerLengthOffset..], (ushort)signer.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(row[SignatureLengthOffset..], (ushort)signature.Signature.Length);
            signature.Signature.Span.CopyTo(row[SignatureOffset..]);
        }
        Digest.Of(row[..ChecksumOffset]).Span.CopyTo(row[ChecksumOffset..]);
    }

    /// <summary>Whether a row is the one of a seqno, by what it says itself.</summary>
    public static bool IsOf(ReadOnlySpan<byte> row, SeqNo seqno) => BinaryPrimitives.ReadInt64LittleEndian(row) == seqno.Value;

    /// <summary>Reads a row.</summary>
    /// <param name="row">The row's bytes.</param>
    /// <param name="seqno">The signature transaction.</param>
    /// <param name="signerAt">Finds who signed.</param>
    /// <returns>The signature; null where it is to be looked for in the ledger.</returns>
    /// <exception cref="FormatException">The row is damaged.</exception>
    public static NodeSignature? Read(ReadOnlySpan<byte> row, SeqNo seqno, Func<SignerPlace, Signer> signerAt)
    {
        if (Digest.Of(row[..ChecksumOffset]) != new Digest(row[ChecksumOffset..])) throw new FormatException("The row is damaged.");
        var length = BinaryPrimitives.ReadUInt16LittleEndian(row[SignatureLengthOffset..]);
        if (length == 0) return null;
        var view = BinaryPrimitives.ReadInt64LittleEndian(row[ViewOffset..]);
        if (length > SignatureMax || view is < 0 or > View.MaxValue) throw new FormatException("The row says what cannot be.");
        var signer = signerAt(new SignerPlace(
            new Digest(row.Slice(SignerOffset, Digest.Size)),
            BinaryPrimitives.ReadInt32LittleEndian(row[SignerPlaceOffset..]),
            BinaryPrimitives.ReadUInt16LittleEndian(row[SignerLengthOffset..])));
        return new NodeSignature
        {
            NodeId = signer.NodeId,
            Certificate = signer.Certificate,
            Id = new TransactionId(new View(view), seqno),
            Root = new Digest(row.Slice(RootOffset, Digest.Size)),
            Signature = row.Slice(SignatureOffset, length).ToArray(),
        };
    }
}

/// <summary>Where a tile's file holds a signer.</summary>
/// <param name="Digest">SHA-256 of the signer's bytes.</param>
/// <param name="Offset">Where in the file they begin, in bytes.</param>
/// <param name="Length">Their length.</param>
internal readonly record struct SignerPlace(Digest Digest, int Offset, int Length);
