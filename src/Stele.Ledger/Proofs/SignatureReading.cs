using System.Buffers;
using System.Buffers.Binary;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Proofs;

/// <summary>One signature being read out of a tile's file.</summary>
/// <param name="index">The index whose file it is.</param>
/// <param name="signers">The signers that need not be read again.</param>
/// <param name="tile">The tile.</param>
internal sealed class SignatureReading(ProofIndex index, KnownSigners signers, long tile)
{
    /// <summary>Reads the signature that a signature transaction holds.</summary>
    /// <returns>It; null where it is to be looked for in the ledger.</returns>
    /// <exception cref="TileMissingException">The file is missing, or ends too early.</exception>
    /// <exception cref="FormatException">It is damaged.</exception>
    public NodeSignature? At(SeqNo seqno)
    {
        var (first, count) = RowsOf((int)(seqno.Value % ProofTile.Leaves) / SignatureSection.BlockLeaves);
        var bytes = ArrayPool<byte>.Shared.Rent(count * SignatureRow.Size);
        try
        {
            var rows = bytes.AsSpan(0, count * SignatureRow.Size);
            index.ReadTile(tile, rows, SignatureSection.RowsOffset + ((long)first * SignatureRow.Size));
            for (; rows.Length > 0; rows = rows[SignatureRow.Size..])
                if (SignatureRow.IsOf(rows, seqno)) return SignatureRow.Read(rows[..SignatureRow.Size], seqno, SignerAt);
            throw new FormatException("No row is of this seqno.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private (int First, int Count) RowsOf(int block)
    {
        Span<byte> counts = stackalloc byte[2 * sizeof(uint)];
        index.ReadTile(tile, counts, SignatureSection.CountsOffset + (block * sizeof(uint)));
        var first = BinaryPrimitives.ReadUInt32LittleEndian(counts);
        var end = BinaryPrimitives.ReadUInt32LittleEndian(counts[sizeof(uint)..]);
        if (first > ProofTile.Leaves || end <= first || end - first > SignatureSection.BlockLeaves)
            throw new FormatException("The numbers of signatures are damaged.");
        return ((int)first, (int)(end - first));
    }

    private Signer SignerAt(SignerPlace place)
    {
        if (signers.Find(place.Digest) is { } known) return known;
        if (place.Offset < SignatureSection.RowsOffset || place.Length > Signer.BytesMax)
            throw new FormatException("The row's signer is where none can be.");
        var bytes = new byte[place.Length];
        index.ReadTile(tile, bytes, place.Offset);
        return signers.Add(place.Digest, Signer.Read(bytes, place.Digest));
    }
}
