using System.Buffers.Binary;
using System.Text;

namespace Stele.Scripting.WebAssembly;

/// <summary>Reads the binary format's numbers and vectors (WebAssembly core specification, 5.1 and 5.2).</summary>
internal sealed class WasmReader(ReadOnlyMemory<byte> bytes)
{
    private int _position;

    /// <summary>Whether all is read.</summary>
    public bool IsAtEnd => _position == bytes.Length;

    /// <summary>One byte.</summary>
    public byte Byte() => _position < bytes.Length
        ? bytes.Span[_position++]
        : throw new FormatException("The module ends in the middle.");

    /// <summary>An unsigned number of at most 32 bits.</summary>
    public uint Unsigned() => (uint)Number(32, signed: false);

    /// <summary>A length or an index.</summary>
    public int Index() => (int)Math.Min(Unsigned(), int.MaxValue);

    /// <summary>A signed number of at most 32 bits.</summary>
    public int Signed32() => (int)Number(32, signed: true);

    /// <summary>A signed number of at most 64 bits.</summary>
    public long Signed64() => Number(64, signed: true);

    /// <summary>A single.</summary>
    public float Single() => BinaryPrimitives.ReadSingleLittleEndian(Bytes(sizeof(float)).Span);

    /// <summary>A double.</summary>
    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Bytes(sizeof(double)).Span);

    /// <summary>As many bytes.</summary>
    public ReadOnlyMemory<byte> Bytes(int count)
    {
        if (count > bytes.Length - _position) throw new FormatException("The module ends in the middle.");
        var read = bytes.Slice(_position, count);
        _position += count;
        return read;
    }

    /// <summary>A name.</summary>
    public string Name() => Encoding.UTF8.GetString(Bytes(Index()).Span);

    /// <summary>A vector of what the function reads.</summary>
    public T[] Vector<T>(Func<WasmReader, T> read)
    {
        var items = new List<T>();
        for (var left = Index(); left > 0; left--) items.Add(read(this));
        return [.. items];
    }

    // LEB128: seven bits a byte, the lowest first, the highest bit set where another byte follows.
    private long Number(int bits, bool signed)
    {
        var value = 0L;
        for (var shift = 0; shift < bits; shift += 7)
        {
            var next = Byte();
            value |= (long)(next & 0x7F) << shift;
            if ((next & 0x80) != 0) continue;
            var isNegative = signed && (next & 0x40) != 0 && shift + 7 < 64;
            return isNegative ? value | (-1L << (shift + 7)) : value;
        }
        throw new FormatException("A number is longer than its type.");
    }
}
