using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Cryptography.Keys;

/// <summary>An ECDSA P-384 key pair.</summary>
/// <remarks>Safe for use by any number of threads: signatures are made under a lock of the key.</remarks>
public sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key;
    private readonly Lock _lock = new();

    private SigningKey(ECDsa key)
    {
        _key = key;
        PublicKey = key.ExportSubjectPublicKeyInfo();
        KeyId = Digest.Of(PublicKey.Span).ToHex();
    }

    /// <summary>The public key as SubjectPublicKeyInfo, DER.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Hexadecimal SHA-256 of <see cref="PublicKey"/>: a node's id, and a COSE key id.</summary>
    public string KeyId { get; }

    internal ECDsa Ecdsa => _key;

    /// <summary>A new key.</summary>
    public static SigningKey Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP384));

    /// <summary>Reads a key in PEM (PKCS #8).</summary>
    /// <exception cref="FormatException">The text is not a P-384 private key.</exception>
    public static SigningKey FromPem(ReadOnlySpan<char> pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize != 384) throw new FormatException($"The key has {key.KeySize} bits; a P-384 key is needed.");
            return new SigningKey(key);
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new FormatException("The text is not a private key in PEM (PKCS #8).", fault);
        }
    }

    /// <summary>The key in PEM (PKCS #8), for keeping it. The caller zeroes what it got.</summary>
    public char[] ToPem()
    {
        var der = _key.ExportPkcs8PrivateKey();
        try
        {
            return PemEncoding.Write("PRIVATE KEY", der);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    /// <summary>Signs a digest as it is (it is not hashed again), as CCF signs roots.</summary>
    /// <returns>The signature in DER.</returns>
    public byte[] SignDigest(in Digest digest)
    {
        lock (_lock) return _key.SignHash(digest.Span, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>Signs data by its SHA-384 digest, as COSE's ES384 does (RFC 9053, 2.1).</summary>
    /// <returns>The signature as r ‖ s, 96 bytes.</returns>
    public byte[] SignData(ReadOnlySpan<byte> data)
    {
        lock (_lock)
            return _key.SignData(data, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>A certificate of this key, with the key.</summary>
    public X509Certificate2 Join(X509Certificate2 certificate) => certificate.CopyWithPrivateKey(_key);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
