using System.Text;
using Stele.Cryptography;

namespace Stele.Ledger.Proofs;

/// <summary>A node that signed, by its id and the certificate it had: a few of them stand under all signatures of a ledger.</summary>
/// <param name="NodeId">Hexadecimal SHA-256 of its public key.</param>
/// <param name="Certificate">Its certificate, PEM.</param>
internal sealed record Signer(string NodeId, string Certificate)
{
    /// <summary>The longest form that is kept, in bytes: several times what a certificate takes.</summary>
    public const int BytesMax = 16_384;

    private const char Separator = '\n';

    /// <summary>As its file holds it: the id, a line feed, the certificate.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes($"{NodeId}{Separator}{Certificate}");

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="digest">Their SHA-256, by which a signature names its signer.</param>
    /// <exception cref="FormatException">They are other bytes.</exception>
    public static Signer Read(ReadOnlySpan<byte> bytes, in Digest digest)
    {
        var text = Digest.Of(bytes) == digest ? Encoding.UTF8.GetString(bytes) : "";
        var end = text.IndexOf(Separator, StringComparison.Ordinal);
        if (end < 0) throw new FormatException("A signer's name or certificate is damaged.");
        return new Signer(text[..end], text[(end + 1)..]);
    }
}
