using System.Buffers;
using System.Buffers.Binary;

namespace Stele.Ledger.Collections;

/// <summary>Where the blocks of a run are, and with which key each ends: what of an open run is held in memory.</summary>
/// <remarks>
/// In the file: the number of blocks, and for each its sealed length, the length of its last key, and the key; sealed as
/// a block is. The file's last eight bytes are the offset at which this begins, little-endian.
/// </remarks>
internal sealed class RunBlocks
{
    /// <summary>The number under which this is sealed: none of a block's.</summary>
    public const long Number = -1;

    public const int FooterSize = sizeof(long);

    private readonly byte[] _keys;
    private readonly int[] _keyEnds;
    private readonly long[] _ends;

    private RunBlocks(byte[] keys, int[] keyEnds, long[] ends) => (_keys, _keyEnds, _ends) = (keys, keyEnds, ends);

    public int Count => _ends.Length;

    /// <summary>Where the last block ends.</summary>
    public long End => Count == 0 ? RunHeader.Size : _ends[^1];

    /// <summary>Reads the opened list.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static RunBlocks Parse(ReadOnlySpan<byte> bytes)
    {
        var count = Varint.TakeLength(ref bytes);
        var (keyEnds, ends) = (new int[count], new long[count]);
        var keys = new ArrayBufferWriter<byte>(bytes.Length + 1);
        long position = RunHeader.Size;
        for (var i = 0; i < count; i++)
        {
            var length = Varint.Take(ref bytes);
            if (length is <= BlockSeal.Overhead or > int.MaxValue) throw new FormatException("A block has no size.");
            ends[i] = position += length;
            var keyLength = Varint.TakeLength(ref bytes);
            keys.Write(bytes[..keyLength]);
            keyEnds[i] = keys.WrittenCount;
            bytes = bytes[keyLength..];
        }
        return new RunBlocks(keys.WrittenSpan.ToArray(), keyEnds, ends);
    }

    public static void WriteFooter(Span<byte> footer, long start) => BinaryPrimitives.WriteInt64LittleEndian(footer, start);

    public static long ReadFooter(ReadOnlySpan<byte> footer) => BinaryPrimitives.ReadInt64LittleEndian(footer);

    /// <summary>Where a block begins in the file, and its sealed length.</summary>
    public (long Start, int Length) Locate(int block)
    {
        var start = block == 0 ? RunHeader.Size : _ends[block - 1];
        return (start, (int)(_ends[block] - start));
    }

    /// <summary>The one block that may hold a key, or else the first one behind it; the count of blocks where there is none.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (LastKey(middle).SequenceCompareTo(key) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private ReadOnlySpan<byte> LastKey(int block) => _keys.AsSpan((block == 0 ? 0 : _keyEnds[block - 1]).._keyEnds[block]);

    /// <summary>The list while the run is being written.</summary>
    internal sealed class Builder
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public int Count { get; private set; }

        public void Add(int length, ReadOnlySpan<byte> lastKey)
        {
            WriteNumber(_bytes, length);
            WriteNumber(_bytes, lastKey.Length);
            _bytes.Write(lastKey);
            Count++;
        }

        public void WriteTo(ArrayBufferWriter<byte> block)
        {
            WriteNumber(block, Count);
            block.Write(_bytes.WrittenSpan);
        }

        private static void WriteNumber(ArrayBufferWriter<byte> bytes, int number) =>
            bytes.Advance(Varint.Write(bytes.GetSpan(Varint.SizeMax), number));
    }
}
