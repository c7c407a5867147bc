using System.Text;
using System.Text.RegularExpressions;

namespace Stele.Server.Sealing;

/// <summary>
/// The first line of a sealed file, which says what opens it: <c>stele-sealed 1 key-file 0123456789abcdef</c>.
/// </summary>
/// <param name="Way">The name of the way (<see cref="SealWay.Name"/>).</param>
/// <param name="KeyId">Which of that way's keys: 8 bytes in hexadecimal, derived from the key, that tell nothing of it.</param>
internal sealed partial record SealedHeader(string Way, string KeyId)
{
    private const int LengthMax = 64;

    private static ReadOnlySpan<byte> Magic => "stele-sealed "u8;

    /// <summary>Whether a file is sealed, and not as it was before there were seals.</summary>
    public static bool IsThere(ReadOnlySpan<byte> file) => file.StartsWith(Magic);

    /// <summary>Reads a sealed file's header.</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">The header's length in bytes, its line feed included.</param>
    /// <exception cref="FormatException">There is none, or one of another version.</exception>
    public static SealedHeader Read(ReadOnlySpan<byte> file, out int length)
    {
        length = file[..Math.Min(file.Length, LengthMax)].IndexOf((byte)'\n') + 1;
        var match = Line().Match(Encoding.Latin1.GetString(file[..length]));
        return match.Success
            ? new SealedHeader(match.Groups["way"].Value, match.Groups["key"].Value)
            : throw new FormatException("It does not begin as a sealed file of version 1 does.");
    }

    /// <summary>The header's bytes.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes($"stele-sealed 1 {Way} {KeyId}\n");

    [GeneratedRegex(@"\Astele-sealed 1 (?<way>[a-z-]{1,16}) (?<key>[0-9a-f]{16})\n\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();
}
