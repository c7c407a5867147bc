using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Stele.Cryptography.Sharing;

/// <summary>One of the parts that a key is split into: a point of each of ten polynomials (Shamir's scheme).</summary>
/// <remarks>In bytes: x, and the ten values there, each a little-endian u32: 44 bytes, as CCF has them.</remarks>
public sealed class SecretShare : IDisposable
{
    /// <summary>The size of a share in bytes.</summary>
    public const int Size = sizeof(uint) * (1 + Limbs);

    internal const int Limbs = 10;

    private readonly uint[] _values;

    internal SecretShare(uint x, ReadOnlySpan<uint> values)
    {
        X = x;
        _values = GC.AllocateArray<uint>(Limbs, pinned: true);
        values.CopyTo(_values);
    }

    /// <summary>Where the polynomials are taken; at 0 they are the key itself, which an owner may hold.</summary>
    public uint X { get; }

    internal ReadOnlySpan<uint> Values => _values;

    /// <summary>Reads a share.</summary>
    /// <exception cref="FormatException">It is of another size, or no point of the field.</exception>
    public static SecretShare Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new FormatException($"A share has {Size} bytes, not {bytes.Length}.");
        Span<uint> numbers = stackalloc uint[1 + Limbs];
        try
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * sizeof(uint))..]);
                if (numbers[i] >= PrimeField.Prime) throw new FormatException("A share has a number that is not below 2^31 - 1.");
            }
            return new SecretShare(numbers[0], numbers[1..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(numbers));
        }
    }

    /// <summary>Writes the share, for giving it to its holder.</summary>
    /// <param name="destination">Where its <see cref="Size"/> bytes go; the caller zeroes them.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, X);
        for (var i = 0; i < Limbs; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(destination[((1 + i) * sizeof(uint))..], _values[i]);
    }

    /// <summary>Zeroes the share.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_values.AsSpan()));
}
