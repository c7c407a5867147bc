using System.Buffers.Text;

namespace Stele.Attestation.Formats;

/// <summary>Base64 for addresses, without padding (RFC 4648, 5).</summary>
internal static class Base64UrlText
{
    /// <summary>The bytes of a text.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static byte[] Decode(string text) => text.Contains('=')
        ? throw new FormatException("Base64url with padding.")
        : Base64Url.DecodeFromChars(text);
}
