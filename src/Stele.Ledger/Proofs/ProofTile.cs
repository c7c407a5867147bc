using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Stele.Cryptography;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Proofs;

/// <summary>
/// 65,536 neighbouring leaves, every complete subtree over them, which of them are signature transactions, and what these
/// hold: 64 bytes and a bit for each leaf, in memory as on disk, and some 200 bytes for each signature.
/// </summary>
/// <remarks>
/// Layout: 256 blocks of 256 leaves, each with its subtrees up to its own root (511 digests, row by row), so that the lower
/// half of a proof is one read; then the 255 subtrees above the blocks, row by row; then one bit for each leaf; then, on disk, the
/// <see cref="SignatureSection"/>.
/// </remarks>
internal sealed class ProofTile
{
    /// <summary>The height of a tile: its root is at this level.</summary>
    public const int Height = 16;

    /// <summary>The height of a block within a tile.</summary>
    public const int BlockHeight = 8;

    /// <summary>The leaves of a tile.</summary>
    public const int Leaves = 1 << Height;

    /// <summary>The digests of a block.</summary>
    public const int BlockNodes = (2 << BlockHeight) - 1;

    /// <summary>The size of a tile's file in bytes, without the signatures.</summary>
    public const int TreeBytes = MarksOffset + (Leaves / 8);

    /// <summary>Where the bits begin in a tile's file.</summary>
    public const int MarksOffset = Nodes * Digest.Size;

    private const int Nodes = (2 << Height) - 1;

    private readonly ConcurrentDictionary<int, NodeSignature> _signatures = new();
    private readonly byte[] _bytes = new byte[TreeBytes];

    /// <summary>The leaves so far.</summary>
    public int Count { get; private set; }

    /// <summary>Whether all its leaves are there.</summary>
    public bool IsFull => Count == Leaves;

    /// <summary>Its file's bytes, without the signatures.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The digest over all its leaves.</summary>
    public Digest Root => Node(Height, 0);

    private Span<Digest> Digests => MemoryMarshal.Cast<byte, Digest>(_bytes.AsSpan(0, MarksOffset));

    /// <summary>The place of a subtree among a tile's digests.</summary>
    /// <param name="level">Its height.</param>
    /// <param name="index">Its place in its row of the tile.</param>
    public static int PlaceOf(int level, int index) =>
        level <= BlockHeight
            ? ((index >> (BlockHeight - level)) * BlockNodes) + PlaceInBlock(level, index & ((1 << (BlockHeight - level)) - 1))
            : (BlockNodes << (Height - BlockHeight)) + RowStart(Height - BlockHeight - 1, level - BlockHeight - 1) + index;

    /// <summary>The place of a subtree among a block's digests.</summary>
    public static int PlaceInBlock(int level, int index) => RowStart(BlockHeight, level) + index;

    /// <summary>Adds the next leaf, and each subtree that it completes.</summary>
    public void Append(in ProofLeaf leaf)
    {
        var index = Count;
        if (leaf.Signature is { } signature) _signatures[index] = signature;
        if (leaf.IsSignature) _bytes[MarksOffset + (index >> 3)] |= (byte)(1 << (index & 7));
        var digests = Digests;
        var node = leaf.Leaf;
        for (var level = 0; ; level++, index >>= 1)
        {
            digests[PlaceOf(level, index)] = node;
            if ((index & 1) == 0 || level == Height) break;
            node = Digest.Of(digests[PlaceOf(level, index - 1)], node);
        }
        Count++;
    }

    /// <summary>A subtree's digest; it must be complete.</summary>
    public Digest Node(int level, int index) => Digests[PlaceOf(level, index)];

    /// <summary>Whether a leaf is a signature transaction.</summary>
    public bool IsMarked(int leaf) => (_bytes[MarksOffset + (leaf >> 3)] & (1 << (leaf & 7))) != 0;

    /// <summary>The signature that a leaf's entry holds; null where it holds none that can be kept.</summary>
    public NodeSignature? SignatureAt(int leaf) => _signatures.GetValueOrDefault(leaf);

    // Where a row begins in a tree of some height that is stored row by row from the leaves up.
    private static int RowStart(int height, int level) => (2 << height) - (2 << (height - level));
}
