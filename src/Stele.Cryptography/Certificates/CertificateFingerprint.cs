namespace Stele.Cryptography.Certificates;

/// <summary>What people compare a certificate by: SHA-256 of its DER bytes, as openssl, browsers and ACL's users show it.</summary>
public static class CertificateFingerprint
{
    /// <summary>The fingerprint of a certificate: 32 upper-case pairs of hexadecimal digits with colons between.</summary>
    /// <param name="certificate">The certificate's DER bytes.</param>
    public static string Of(ReadOnlySpan<byte> certificate) => Of(Digest.Of(certificate));

    /// <summary>The same of a certificate whose digest is known.</summary>
    /// <param name="digest">SHA-256 of its DER bytes.</param>
    public static string Of(Digest digest) =>
        string.Join(':', Convert.ToHexString(digest.Span).Chunk(2).Select(pair => new string(pair)));
}
