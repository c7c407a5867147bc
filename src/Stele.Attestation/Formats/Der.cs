using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Stele.Attestation.Formats;

/// <summary>Reads DER by a function, with one documented exception for all that may be wrong with it.</summary>
internal static class Der
{
    /// <summary>Reads bytes that hold exactly one value.</summary>
    /// <exception cref="FormatException">They do not hold what the function reads, or more than that.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> bytes, string what, Func<AsnReader, T> read)
    {
        try
        {
            var reader = new AsnReader(bytes, AsnEncodingRules.DER);
            var value = read(reader);
            reader.ThrowIfNotEmpty();
            return value;
        }
        catch (Exception fault) when (fault is AsnContentException or CryptographicException or OverflowException)
        {
            throw new FormatException($"Not {what}.", fault);
        }
    }

    /// <summary>Reads a date as certificates write it (RFC 5280, 4.1.2.5).</summary>
    public static DateTimeOffset Time(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
