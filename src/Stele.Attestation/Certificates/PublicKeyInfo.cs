using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography;

namespace Stele.Attestation.Certificates;

/// <summary>A public key as certificates carry it: a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).</summary>
/// <param name="Encoded">Its DER.</param>
public sealed record PublicKeyInfo(ReadOnlyMemory<byte> Encoded)
{
    private const string RsaEncryption = "1.2.840.113549.1.1.1";
    private const string P256 = "1.2.840.10045.3.1.7";
    private const string P384 = "1.3.132.0.34";

    /// <summary>The key of a point on a curve.</summary>
    /// <exception cref="FormatException">The point does not lie on it.</exception>
    public static PublicKeyInfo OfPoint(ECCurve curve, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        try
        {
            using var key = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = x.ToArray(), Y = y.ToArray() } });
            return new PublicKeyInfo(key.ExportSubjectPublicKeyInfo());
        }
        catch (CryptographicException fault)
        {
            throw new FormatException("Not a point on the curve.", fault);
        }
    }

    /// <summary>The RSA key of a modulus and an exponent, big-endian (RFC 8017, A.1.1).</summary>
    public static PublicKeyInfo OfRsa(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteInteger(new BigInteger(modulus, isUnsigned: true, isBigEndian: true));
            key.WriteInteger(new BigInteger(exponent, isUnsigned: true, isBigEndian: true));
        }

        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            using (info.PushSequence())
            {
                info.WriteObjectIdentifier(RsaEncryption);
                info.WriteNull();
            }

            info.WriteBitString(key.Encode());
        }

        return new PublicKeyInfo(info.Encode());
    }

    /// <summary>SHA-256 of the DER.</summary>
    public Digest Digest => Digest.Of(Encoded.Span);

    /// <summary>Whether it is a key on NIST's curve P-384.</summary>
    public bool IsP384 => CurveOf() == P384;

    /// <summary>Whether it is a key on NIST's curve P-256.</summary>
    public bool IsP256 => CurveOf() == P256;

    /// <summary>The size of an RSA modulus in bits; 0 for another kind of key.</summary>
    public int RsaBits => With(Rsa, rsa => rsa.KeySize);

    /// <summary>Whether this ECDSA key made a signature.</summary>
    public bool VerifyEcdsa(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash, DSASignatureFormat format)
    {
        using var key = Ecdsa();
        return key is not null && Holds(key, data, signature, (k, d, s) => k.VerifyData(d, s, hash, format));
    }

    /// <summary>Whether this RSA key, of at least 2048 bits, made a signature; with PSS the salt is as long as the hash.</summary>
    public bool VerifyRsa(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        using var key = Rsa();
        return key is { KeySize: >= 2048 } && Holds(key, data, signature, (k, d, s) => k.VerifyData(d, s, hash, padding));
    }

    private delegate bool Verification<in T>(T key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    private static bool Holds<T>(T key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, Verification<T> verify)
    {
        try
        {
            return verify(key, data, signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private string? CurveOf() => With(Ecdsa, key => key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value);

    private ECDsa? Ecdsa() => Import(key => key.GetECDsaPublicKey());

    private RSA? Rsa() => Import(key => key.GetRSAPublicKey());

    private static TValue? With<TKey, TValue>(Func<TKey?> import, Func<TKey, TValue> read)
        where TKey : AsymmetricAlgorithm
    {
        using var key = import();
        try
        {
            return key is null ? default : read(key);
        }
        catch (CryptographicException)
        {
            return default;
        }
    }

    private T? Import<T>(Func<PublicKey, T?> read)
        where T : class
    {
        try
        {
            return read(PublicKey.CreateFromSubjectPublicKeyInfo(Encoded.Span, out var length)) is { } key && length == Encoded.Length
                ? key
                : null;
        }
        catch (Exception fault) when (fault is CryptographicException or NotSupportedException or ArgumentException)
        {
            // A point beside its curve, a modulus that the platform refuses: a key that verifies nothing.
            return null;
        }
    }
}
