namespace Stele.Ledger.Collections;

/// <summary>Numbers in as few bytes as they need: seven bits a byte, lowest first, the high bit set in all but the last.</summary>
internal static class Varint
{
    /// <summary>The most bytes that a number takes.</summary>
    public const int SizeMax = 9;

    /// <summary>Writes a number that is not negative.</summary>
    /// <returns>How many bytes it took.</returns>
    public static int Write(Span<byte> destination, long value)
    {
        var size = 0;
        for (; value >= 0x80; value >>= 7) destination[size++] = (byte)(value | 0x80);
        destination[size++] = (byte)value;
        return size;
    }

    /// <summary>Takes a number from the front of the bytes.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static long Take(ref ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        for (var i = 0; i < SizeMax && i < bytes.Length; i++)
        {
            value |= (long)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80) continue;
            bytes = bytes[(i + 1)..];
            return value;
        }
        throw new FormatException("A number in the index does not end.");
    }

    /// <summary>Takes a length of something that follows it.</summary>
    /// <exception cref="FormatException">There is none, or less follows.</exception>
    public static int TakeLength(ref ReadOnlySpan<byte> bytes)
    {
        var length = Take(ref bytes);
        return length <= bytes.Length ? (int)length : throw new FormatException("A length in the index is too long.");
    }
}
