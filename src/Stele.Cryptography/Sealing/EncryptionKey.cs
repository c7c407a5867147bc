using System.Security.Cryptography;
using System.Text;

namespace Stele.Cryptography.Sealing;

/// <summary>An ECDH P-384 key pair, to which others seal what only its owner may read.</summary>
/// <remarks>
/// Sealed bytes are: an ephemeral public key (SubjectPublicKeyInfo, 120 bytes), a tag of 16 bytes, and the ciphertext. The
/// key is HKDF-SHA384 (RFC 5869) of the raw ECDH secret, with both public keys in its info; AES-256-GCM's vector is zero,
/// as each key seals once.
/// </remarks>
public sealed class EncryptionKey : IDisposable
{
    private const int PublicKeySize = 120;
    private const int TagSize = 16;
    private const int KeySize = 32;
    private const int IvSize = 12;
    private const int SealedSizeMax = 64 * 1024;

    private readonly ECDiffieHellman _key;

    private EncryptionKey(ECDiffieHellman key)
    {
        _key = key;
        PublicKeyPem = key.ExportSubjectPublicKeyInfoPem() + "\n";
    }

    /// <summary>The public key in PEM (SubjectPublicKeyInfo): what others seal to.</summary>
    public string PublicKeyPem { get; }

    /// <summary>A new key.</summary>
    public static EncryptionKey Generate() => new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384));

    /// <summary>Reads a key in PEM (PKCS #8).</summary>
    /// <exception cref="FormatException">The text is not a P-384 private key.</exception>
    public static EncryptionKey FromPem(ReadOnlySpan<char> pem) => new(Import(pem));

    /// <summary>Whether a text is a public key that can be sealed to: P-384, PEM (SubjectPublicKeyInfo).</summary>
    public static bool IsPublicKey(string pem)
    {
        try
        {
            using var key = Import(pem);
            return key.ExportSubjectPublicKeyInfoPem() + "\n" == pem;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Seals bytes to a public key.</summary>
    /// <param name="publicKeyPem">Whose they are to be.</param>
    /// <param name="plaintext">The bytes.</param>
    /// <param name="associatedData">What they are authenticated with.</param>
    /// <exception cref="FormatException">The key is no P-384 public key in PEM.</exception>
    public static byte[] Seal(string publicKeyPem, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        using var owner = Import(publicKeyPem);
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        var ephemeralKey = ephemeral.ExportSubjectPublicKeyInfo();
        var result = new byte[PublicKeySize + TagSize + plaintext.Length];
        ephemeralKey.CopyTo(result, 0);
        var key = Derive(ephemeral, owner, ephemeralKey, owner.ExportSubjectPublicKeyInfo());
        try
        {
            using var cipher = new AesGcm(key, TagSize);
            cipher.Encrypt(
                stackalloc byte[IvSize], plaintext, result.AsSpan(PublicKeySize + TagSize), result.AsSpan(PublicKeySize, TagSize),
                associatedData);
            return result;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Opens what was sealed to this key.</summary>
    /// <returns>The bytes; the caller zeroes them where they are secret.</returns>
    /// <exception cref="FormatException">It was not sealed to this key with this associated data.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> associatedData)
    {
        if (sealedBytes.Length is < PublicKeySize + TagSize or > SealedSizeMax)
            throw new FormatException($"{sealedBytes.Length} bytes cannot be something sealed.");
        using var ephemeral = ImportDer(sealedBytes[..PublicKeySize]);
        var key = Derive(_key, ephemeral, sealedBytes[..PublicKeySize].ToArray(), _key.ExportSubjectPublicKeyInfo());
        var plaintext = new byte[sealedBytes.Length - PublicKeySize - TagSize];
        try
        {
            using var cipher = new AesGcm(key, TagSize);
            cipher.Decrypt(
                stackalloc byte[IvSize], sealedBytes[(PublicKeySize + TagSize)..], sealedBytes.Slice(PublicKeySize, TagSize), plaintext,
                associatedData);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException fault)
        {
            throw new FormatException("What was sealed was not sealed to this key, or has been altered.", fault);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
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

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => _key.Dispose();

    private static byte[] Derive(ECDiffieHellman mine, ECDiffieHellman other, byte[] ephemeral, byte[] owner)
    {
        var shared = mine.DeriveRawSecretAgreement(other.PublicKey);
        try
        {
            byte[] info = [.. Encoding.ASCII.GetBytes("Stele sealed to a node"), .. ephemeral, .. owner];
            return HKDF.DeriveKey(HashAlgorithmName.SHA384, shared, KeySize, info: info);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    private static ECDiffieHellman Import(ReadOnlySpan<char> pem)
    {
        var key = ECDiffieHellman.Create();
        try
        {
            key.ImportFromPem(pem);
            return OfTheCurve(key);
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException or FormatException or NotSupportedException)
        {
            key.Dispose();
            throw new FormatException("The text is not a P-384 key in PEM.", fault);
        }
    }

    private static ECDiffieHellman ImportDer(ReadOnlySpan<byte> der)
    {
        var key = ECDiffieHellman.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(der, out _);
            return OfTheCurve(key);
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException or FormatException or NotSupportedException)
        {
            key.Dispose();
            throw new FormatException("What was sealed does not begin with a P-384 public key.", fault);
        }
    }

    private static ECDiffieHellman OfTheCurve(ECDiffieHellman key) =>
        key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP384.Oid.Value
            ? key
            : throw new FormatException("The key is of another curve than P-384.");
}
