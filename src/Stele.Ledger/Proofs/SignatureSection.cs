using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Stele.Cryptography;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Proofs;

/// <summary>The part of a tile's file behind its bits: the signatures that its signature transactions hold.</summary>
/// <remarks>
/// Layout: for each block of 256 leaves how many signatures stand before it, and how many there are in all (257 numbers of
/// 4 bytes); a <see cref="SignatureRow"/> for each leaf that is marked as a signature transaction, in order; the signers, each
/// once. So a signature is two reads, and a signer is read once and remembered.
/// </remarks>
internal static class SignatureSection
{
    /// <summary>The leaves that one number stands for.</summary>
    public const int BlockLeaves = 1 << ProofTile.BlockHeight;

    /// <summary>How many numbers there are.</summary>
    public const int Counts = (ProofTile.Leaves / BlockLeaves) + 1;

    /// <summary>Where the numbers begin in a tile's file.</summary>
    public const int CountsOffset = ProofTile.TreeBytes;

    /// <summary>Where the rows begin in a tile's file.</summary>
    public const int RowsOffset = CountsOffset + (Counts * sizeof(uint));

    private const int CountsBytes = RowsOffset - CountsOffset;

    /// <summary>The section of a tile that is full.</summary>
    /// <param name="first">The seqno of its first leaf.</param>
    /// <param name="tile">The tile.</param>
    public static byte[] Of(SeqNo first, ProofTile tile)
    {
        var marked = Enumerable.Range(0, ProofTile.Leaves).Where(tile.IsMarked).ToList();
        var counted = new byte[CountsBytes + (marked.Count * SignatureRow.Size)];
        WriteCounts(counted, marked);
        var signers = new SignerList(CountsOffset + counted.Length);
        for (var i = 0; i < marked.Count; i++)
        {
            var row = counted.AsSpan(CountsBytes + (i * SignatureRow.Size), SignatureRow.Size);
            var signature = tile.SignatureAt(marked[i]) is { } held && Fits(held) ? held : null;
            var signer = signature is null ? default : signers.PlaceOf(SignerOf(signature));
            SignatureRow.Write(row, new SeqNo(first.Value + marked[i]), signature, signer);
        }
        return [.. counted, .. signers.Bytes];
    }

    private static Signer SignerOf(NodeSignature signature) => new(signature.NodeId, signature.Certificate!);

    private static bool Fits(NodeSignature signature) =>
        signature.Certificate is not null
        && signature.Signature.Length is > 0 and <= SignatureRow.SignatureMax
        && SignerOf(signature).ToBytes() is { Length: <= Signer.BytesMax } bytes
        && Signer.Read(bytes, Digest.Of(bytes)) == SignerOf(signature);

    private static void WriteCounts(Span<byte> section, List<int> marked)
    {
        var before = 0;
        for (var block = 0; block < Counts; block++)
        {
            while (before < marked.Count && marked[before] < block * BlockLeaves) before++;
            BinaryPrimitives.WriteInt32LittleEndian(section[(block * sizeof(uint))..], before);
        }
    }

    private sealed class SignerList(int offset)
    {
        private readonly Dictionary<Signer, SignerPlace> _places = [];
        private readonly List<byte> _bytes = [];

        public IReadOnlyList<byte> Bytes => _bytes;

        public SignerPlace PlaceOf(Signer signer)
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, signer, out var isKnown);
            if (isKnown) return place;
            var bytes = signer.ToBytes();
            place = new SignerPlace(Digest.Of(bytes), offset + _bytes.Count, bytes.Length);
            _bytes.AddRange(bytes);
            return place;
        }
    }
}
