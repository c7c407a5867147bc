using System.Buffers;
using System.Runtime.InteropServices;
using Stele.Cryptography;
using Stele.Cryptography.Merkle;

namespace Stele.Ledger.Proofs;

/// <summary>One proof being put together: the parts of tiles it needs are read once each.</summary>
/// <remarks>
/// A proof touches the leaf's block, the part of its tile above the blocks, and the same two at the tree's right edge:
/// at most four reads of 16 or 8 KiB, whatever the ledger holds.
/// </remarks>
internal sealed class ProofReading(ProofIndex index) : IMerkleNodes, IDisposable
{
    private const int Blocks = 1 << (ProofTile.Height - ProofTile.BlockHeight);
    private const int AboveBlocks = Blocks;

    private readonly List<Part> _parts = new(4);

    /// <inheritdoc/>
    /// <exception cref="TileMissingException">A tile is missing.</exception>
    public Digest Node(int level, long index1)
    {
        if (level >= ProofTile.Height) return index.NodeAboveTiles(level, index1);
        var tile = index1 >> (ProofTile.Height - level);
        var inTile = (int)(index1 & ((1L << (ProofTile.Height - level)) - 1));
        if (index.InMemory(tile) is { } held) return held.Node(level, inTile);
        var place = ProofTile.PlaceOf(level, inTile);
        var part = level <= ProofTile.BlockHeight ? inTile >> (ProofTile.BlockHeight - level) : AboveBlocks;
        return PartOf(tile, part)[place - (part * ProofTile.BlockNodes)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in _parts) ArrayPool<byte>.Shared.Return(part.Bytes);
    }

    private ReadOnlySpan<Digest> PartOf(long tile, int part)
    {
        foreach (var read in _parts)
            if (read.Tile == tile && read.Number == part) return read.Digests;
        var nodes = part == AboveBlocks ? Blocks - 1 : ProofTile.BlockNodes;
        var fresh = new Part(tile, part, ArrayPool<byte>.Shared.Rent(nodes * Digest.Size), nodes * Digest.Size);
        _parts.Add(fresh);
        index.ReadTile(tile, fresh.Bytes.AsSpan(0, fresh.Length), (long)part * ProofTile.BlockNodes * Digest.Size);
        return fresh.Digests;
    }

    private readonly record struct Part(long Tile, int Number, byte[] Bytes, int Length)
    {
        public ReadOnlySpan<Digest> Digests => MemoryMarshal.Cast<byte, Digest>(Bytes.AsSpan(0, Length));
    }
}
