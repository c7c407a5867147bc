using System.Security.Cryptography;

namespace Stele.Explorer;

/// <summary>A file of the page, as it is sent.</summary>
/// <param name="Bytes">Its contents.</param>
/// <param name="MediaType">What the browser is told that it is; the browser does not guess.</param>
internal sealed record ExplorerFile(ReadOnlyMemory<byte> Bytes, string MediaType)
{
    /// <summary>Its entity tag (RFC 9110): a browser that has these very bytes is not sent them again.</summary>
    public string Tag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(Bytes.Span).AsSpan(0, 16))}\"";
}
