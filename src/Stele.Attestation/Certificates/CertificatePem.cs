using System.Security.Cryptography;
using System.Text;

namespace Stele.Attestation.Certificates;

/// <summary>Reads certificates out of PEM text (RFC 7468).</summary>
public static class CertificatePem
{
    /// <summary>The longest text that is read, in bytes.</summary>
    public const int SizeMax = 1 << 16;

    private const int CountMax = 16;

    /// <summary>Reads all certificates of a text, in order; a closing NUL, as in Intel's quotes, is passed over.</summary>
    /// <exception cref="FormatException">
    /// The text is too long, holds another PEM object, or a certificate that cannot be read, or over 16 of them.
    /// </exception>
    public static IReadOnlyList<Certificate> ReadAll(ReadOnlySpan<byte> text)
    {
        if (text.Length > SizeMax) throw new FormatException($"PEM of over {SizeMax} bytes.");
        var rest = Encoding.ASCII.GetString(text).AsSpan();
        var certificates = new List<Certificate>();
        while (PemEncoding.TryFind(rest, out var found))
        {
            if (rest[found.Label] is not "CERTIFICATE") throw new FormatException("PEM of something else than a certificate.");
            if (certificates.Count == CountMax) throw new FormatException($"Over {CountMax} certificates.");
            certificates.Add(Certificate.Read(Convert.FromBase64String(rest[found.Base64Data].ToString())));
            rest = rest[found.Location.End..];
        }

        return certificates;
    }

    /// <summary>Reads a text that must hold a certain number of certificates.</summary>
    /// <exception cref="FormatException">It does not, or one cannot be read.</exception>
    public static IReadOnlyList<Certificate> Read(ReadOnlySpan<byte> text, int count)
    {
        var certificates = ReadAll(text);
        return certificates.Count == count
            ? certificates
            : throw new FormatException($"{certificates.Count} certificates where {count} are expected.");
    }
}
