namespace Stele.Cryptography.Cose;

/// <summary>The COSE signature algorithms that ledgers use (RFC 9053, 2.1).</summary>
public enum CoseAlgorithm
{
    /// <summary>ECDSA with SHA-256.</summary>
    ES256 = -7,

    /// <summary>ECDSA with SHA-384.</summary>
    ES384 = -35,

    /// <summary>ECDSA with SHA-512.</summary>
    ES512 = -36,
}
