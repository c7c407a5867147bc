using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Stele.Cryptography.Sharing;

/// <summary>Arithmetic modulo the prime 2^31 - 1, in which CCF shares secrets. No step depends on the values.</summary>
internal static class PrimeField
{
    /// <summary>The prime.</summary>
    public const uint Prime = 0x7fff_ffff;

    private const int Bits = 31;

    public static uint Add(uint a, uint b) => Reduce((ulong)a + b);

    public static uint Subtract(uint a, uint b) => Reduce((ulong)a + Prime - b);

    public static uint Multiply(uint a, uint b) => Reduce((ulong)a * b);

    /// <summary>The number by which a product is 1: a to the power of the prime less two (Fermat).</summary>
    public static uint Invert(uint a)
    {
        var result = 1u;
        for (var bit = Bits - 1; bit >= 0; bit--)
        {
            result = Multiply(result, result);
            if (((Prime - 2) >> bit & 1) != 0) result = Multiply(result, a); // of the exponent, which is no secret
        }
        return result;
    }

    /// <summary>A number that is any below the prime with the same probability.</summary>
    public static uint Random()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        uint value;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            value = BinaryPrimitives.ReadUInt32LittleEndian(bytes) & Prime;
        }
        while (value == Prime);
        CryptographicOperations.ZeroMemory(bytes);
        return value;
    }

    // 2^31 is 1 modulo the prime: what stands above bit 31 is added to what stands below, twice at most.
    private static uint Reduce(ulong value)
    {
        value = (value & Prime) + (value >> Bits);
        value = (value & Prime) + (value >> Bits);
        // The prime itself is zero: subtracted where it is reached, by a mask.
        var less = (uint)value - Prime;
        var mask = (uint)((int)less >> Bits);
        return (less & ~mask) | ((uint)value & mask);
    }
}
