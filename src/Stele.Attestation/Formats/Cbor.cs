using System.Formats.Cbor;

namespace Stele.Attestation.Formats;

/// <summary>Reads CBOR by a function, with one documented exception for all that may be wrong with it.</summary>
internal static class Cbor
{
    /// <summary>The longest encoding that is read, in bytes.</summary>
    public const int SizeMax = 1 << 18;

    // A moment as seconds (RFC 8949, 3.4.2).
    private const CborTag EpochTag = CborTag.UnixTimeSeconds;

    /// <summary>Reads bytes that hold exactly one value; map keys must be unique.</summary>
    /// <exception cref="FormatException">They do not hold what the function reads, or more than that.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> bytes, string what, Func<CborReader, T> read)
    {
        if (bytes.Length > SizeMax) throw new FormatException($"CBOR of over {SizeMax} bytes.");
        try
        {
            var reader = new CborReader(bytes, CborConformanceMode.Strict);
            var value = read(reader);
            return reader.BytesRemaining == 0 ? value : throw new FormatException($"Bytes follow {what}.");
        }
        catch (Exception fault) when (fault is CborContentException or InvalidOperationException or OverflowException)
        {
            throw new FormatException($"Not {what}.", fault);
        }
    }

    /// <summary>Reads a number of seconds since 1970, tagged as a moment or not.</summary>
    public static DateTimeOffset Moment(CborReader reader)
    {
        if (reader.PeekState() is CborReaderState.Tag && reader.ReadTag() != EpochTag) throw new FormatException("Not a moment.");
        var seconds = reader.ReadInt64();
        return seconds is >= 0 and <= int.MaxValue * 8L
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new FormatException("Not a moment of these centuries.");
    }
}
