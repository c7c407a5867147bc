using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Stele.Attestation.Certificates;

/// <summary>How certificates and revocation lists are signed. A maker uses one scheme, and the verifier names it.</summary>
public enum SignatureScheme
{
    /// <summary>Any that is not in this list: never accepted.</summary>
    Unknown,

    /// <summary>RSASSA-PSS with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes: AMD.</summary>
    RsaPssSha384,

    /// <summary>ECDSA with SHA-256: Intel.</summary>
    EcdsaSha256,

    /// <summary>ECDSA with SHA-384.</summary>
    EcdsaSha384,

    /// <summary>RSA PKCS#1 v1.5 with SHA-256: Microsoft.</summary>
    RsaPkcs1Sha256,

    /// <summary>RSA PKCS#1 v1.5 with SHA-384: Microsoft.</summary>
    RsaPkcs1Sha384,

    /// <summary>RSA PKCS#1 v1.5 with SHA-512.</summary>
    RsaPkcs1Sha512,
}

/// <summary>Reads a scheme from an AlgorithmIdentifier, and verifies by it.</summary>
internal static class SignatureSchemes
{
    private const string Pss = "1.2.840.113549.1.1.10";
    private const string Mgf1 = "1.2.840.113549.1.1.8";
    private const string Sha384 = "2.16.840.1.101.3.4.2.2";

    /// <summary>Reads an AlgorithmIdentifier.</summary>
    /// <exception cref="AsnContentException">It is none.</exception>
    public static SignatureScheme Read(AsnReader reader)
    {
        var algorithm = reader.ReadSequence();
        return algorithm.ReadObjectIdentifier() switch
        {
            Pss => IsPssSha384(algorithm) ? SignatureScheme.RsaPssSha384 : SignatureScheme.Unknown,
            "1.2.840.10045.4.3.2" => SignatureScheme.EcdsaSha256,
            "1.2.840.10045.4.3.3" => SignatureScheme.EcdsaSha384,
            "1.2.840.113549.1.1.11" => SignatureScheme.RsaPkcs1Sha256,
            "1.2.840.113549.1.1.12" => SignatureScheme.RsaPkcs1Sha384,
            "1.2.840.113549.1.1.13" => SignatureScheme.RsaPkcs1Sha512,
            _ => SignatureScheme.Unknown,
        };
    }

    /// <summary>Whether a key made a signature over data by a scheme.</summary>
    public static bool Verify(this SignatureScheme scheme, PublicKeyInfo key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        scheme switch
        {
            SignatureScheme.RsaPssSha384 => Rsa(key, data, signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pss),
            SignatureScheme.RsaPkcs1Sha256 => Rsa(key, data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            SignatureScheme.RsaPkcs1Sha384 => Rsa(key, data, signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
            SignatureScheme.RsaPkcs1Sha512 => Rsa(key, data, signature, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
            SignatureScheme.EcdsaSha256 => key.VerifyEcdsa(data, signature, HashAlgorithmName.SHA256, Rfc3279),
            SignatureScheme.EcdsaSha384 => key.VerifyEcdsa(data, signature, HashAlgorithmName.SHA384, Rfc3279),
            _ => false,
        };

    private static DSASignatureFormat Rfc3279 => DSASignatureFormat.Rfc3279DerSequence;

    private static bool Rsa(
        PublicKeyInfo key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash, RSASignaturePadding padding) =>
        key.VerifyRsa(data, signature, hash, padding);

    // RSASSA-PSS-params (RFC 4055, 3.1): some of AMD's certificates spell out the default trailer field, some leave it out.
    private static bool IsPssSha384(AsnReader algorithm)
    {
        var parameters = algorithm.ReadSequence();
        if (Explicit(parameters, 0) is not { } hash || !IsHash(hash)) return false;
        if (Explicit(parameters, 1) is not { } generator) return false;
        var mask = generator.ReadSequence();
        if (mask.ReadObjectIdentifier() != Mgf1 || !IsHash(mask)) return false;
        if (Explicit(parameters, 2) is not { } salt || !salt.TryReadInt32(out var length) || length != 48) return false;
        return Explicit(parameters, 3) is not { } trailer || (trailer.TryReadInt32(out var field) && field == 1);
    }

    private static AsnReader? Explicit(AsnReader parameters, int number)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, number, isConstructed: true);
        return parameters.HasData && parameters.PeekTag() == tag ? parameters.ReadSequence(tag) : null;
    }

    private static bool IsHash(AsnReader reader) => reader.ReadSequence().ReadObjectIdentifier() == Sha384;
}
