using System.Diagnostics.CodeAnalysis;
using Stele.Cryptography.Certificates;

namespace Stele.Governance.Users;

/// <summary>
/// Who a user is: a client certificate's SHA-256 fingerprint as ACL writes it (<c>5F:23:…</c>, 32 upper-case pairs), or a
/// token's object id.
/// </summary>
public readonly record struct UserId
{
    /// <summary>The longest id in characters.</summary>
    public const int MaxLength = 256;

    private const int FingerprintLength = (32 * 3) - 1;

    private UserId(string value) => Value = value;

    /// <summary>The id's text.</summary>
    public string Value { get; }

    /// <summary>Whether it is a certificate's.</summary>
    public bool IsFingerprint => IsFingerprintText(Value);

    /// <summary>The id of whoever holds the key of a certificate.</summary>
    /// <param name="certificate">The certificate's DER bytes.</param>
    public static UserId OfCertificate(ReadOnlySpan<byte> certificate) => new(CertificateFingerprint.Of(certificate));

    /// <summary>
    /// Reads an id. A fingerprint may come in either case and is kept in upper case; any other id is kept as it is.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out UserId id)
    {
        id = default;
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxLength || text.Any(char.IsControl)) return false;
        id = new UserId(IsFingerprintText(text) ? text.ToUpperInvariant() : text);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static bool IsFingerprintText(string text) =>
        text.Length == FingerprintLength
        && text.Select((c, i) => i % 3 == 2 ? c == ':' : char.IsAsciiHexDigit(c)).All(fits => fits);
}
