using System.Buffers.Binary;

namespace Stele.Attestation.Formats;

/// <summary>Reads little-endian structures from front to back, and never beyond their end.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many bytes have been read.</summary>
    public int Position { get; private set; }

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => _bytes.Length - Position;

    /// <summary>Takes the next bytes, where they lie.</summary>
    /// <exception cref="FormatException">There are not so many left.</exception>
    public ReadOnlySpan<byte> Take(uint count)
    {
        if (count > Remaining) throw new FormatException($"{count} bytes are announced at {Position}, {Remaining} are there.");
        var taken = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    /// <summary>Copies the next bytes into an array of their own.</summary>
    /// <exception cref="FormatException">There are not so many left.</exception>
    public byte[] Array(uint count) => Take(count).ToArray();

    /// <summary>Skips bytes, and says whether all of them were zero.</summary>
    /// <exception cref="FormatException">There are not so many left.</exception>
    public bool SkipZeros(uint count) => !Take(count).ContainsAnyExcept((byte)0);

    /// <summary>Takes all that is left.</summary>
    public ReadOnlySpan<byte> Rest() => Take((uint)Remaining);

    /// <summary>Reads one byte.</summary>
    /// <exception cref="FormatException">None is left.</exception>
    public byte Byte() => Take(1)[0];

    /// <summary>Reads 16 bits, little-endian.</summary>
    /// <exception cref="FormatException">There are not so many left.</exception>
    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    /// <summary>Reads 32 bits, little-endian.</summary>
    /// <exception cref="FormatException">There are not so many left.</exception>
    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>Reads 64 bits, little-endian.</summary>
    /// <exception cref="FormatException">There are not so many left.</exception>
    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>Reads 16 bits, big-endian (as a TPM writes).</summary>
    /// <exception cref="FormatException">There are not so many left.</exception>
    public ushort UInt16BigEndian() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    /// <summary>Reads 32 bits, big-endian (as a TPM writes).</summary>
    /// <exception cref="FormatException">There are not so many left.</exception>
    public uint UInt32BigEndian() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>Expects that nothing is left.</summary>
    /// <exception cref="FormatException">Something is.</exception>
    public readonly void ExpectEnd()
    {
        if (Remaining != 0) throw new FormatException($"{Remaining} bytes follow where the structure ends.");
    }
}
