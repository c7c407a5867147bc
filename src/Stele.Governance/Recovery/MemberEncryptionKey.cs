using System.Security.Cryptography;
using System.Text;
using Stele.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Governance.Members;

namespace Stele.Governance.Recovery;

/// <summary>
/// Seals a recovery share to a member, and opens it: RSA-OAEP with SHA-256 for an RSA key, as CCF does; for a key on P-384, which
/// CCF does not take, <see cref="EncryptionKey"/> with the member's id authenticated along.
/// </summary>
public static class MemberEncryptionKey
{
    /// <summary>How many bits an RSA key must have.</summary>
    public const int RsaBitsMin = 2048;

    // A larger one than anybody uses would keep the sequencer busy.
    private const int RsaBitsMax = 8192;

    /// <summary>Seals a share.</summary>
    /// <param name="publicKeyPem">The member's key, PEM.</param>
    /// <param name="memberId">The member.</param>
    /// <param name="share">The share; at most 190 bytes.</param>
    /// <exception cref="FormatException">The key is none that a share can be sealed to.</exception>
    public static byte[] Seal(string publicKeyPem, string memberId, ReadOnlySpan<byte> share)
    {
        using var rsa = TryImportRsa(publicKeyPem);
        return rsa is null
            ? EncryptionKey.Seal(publicKeyPem, share, Encoding.ASCII.GetBytes(memberId))
            : rsa.Encrypt(share, RSAEncryptionPadding.OaepSHA256);
    }

    /// <summary>Opens a sealed share.</summary>
    /// <param name="privateKeyPem">The member's key, PEM.</param>
    /// <param name="memberId">The member.</param>
    /// <param name="sealedShare">The sealed share.</param>
    /// <returns>The share, which the caller zeroes.</returns>
    /// <exception cref="FormatException">The key is none, or not the one that the share was sealed to.</exception>
    public static byte[] Open(ReadOnlySpan<char> privateKeyPem, string memberId, ReadOnlySpan<byte> sealedShare)
    {
        using var rsa = TryImportRsa(privateKeyPem);
        if (rsa is null)
        {
            using var key = EncryptionKey.FromPem(privateKeyPem);
            return key.Open(sealedShare, Encoding.ASCII.GetBytes(memberId));
        }
        try
        {
            return rsa.Decrypt(sealedShare, RSAEncryptionPadding.OaepSHA256);
        }
        catch (CryptographicException fault)
        {
            throw new FormatException("The share was not sealed to this key, or has been altered.", fault);
        }
    }

    /// <summary>Refuses a key that no share can be sealed to.</summary>
    /// <exception cref="FormatException">It is none; the message says what it must be.</exception>
    public static void Check(string publicKeyPem)
    {
        // What is a private key as well would be published.
        if (!PemEncoding.TryFind(publicKeyPem, out var pem) || publicKeyPem[pem.Label] != "PUBLIC KEY")
            throw new FormatException("A member's encryption key is a public key in PEM.");
        using var rsa = TryImportRsa(publicKeyPem);
        if (rsa is null && !EncryptionKey.IsPublicKey(publicKeyPem.ReplaceLineEndings("\n").TrimEnd('\n') + "\n"))
            throw new FormatException("A member's encryption key is an RSA key, or one on the curve P-384.");
        if (rsa?.KeySize is < RsaBitsMin or > RsaBitsMax)
            throw new FormatException($"A member's encryption key has {rsa.KeySize} bits; it must have {RsaBitsMin} to {RsaBitsMax}.");
    }

    /// <summary>Refuses keys that no share can be sealed to, and one key of two members: who has it would have both their shares.</summary>
    /// <exception cref="FormatException">There are such keys; the message says whose.</exception>
    public static void CheckAll(IEnumerable<Member> members)
    {
        var holders = new Dictionary<Digest, string>();
        foreach (var member in members)
        {
            if (member.EncryptionKey is not { } key) continue;
            Check(key);
            if (!holders.TryAdd(DigestOf(key), member.Id))
                throw new FormatException($"The members {holders[DigestOf(key)]} and {member.Id} have the same encryption key.");
        }
    }

    // Not of the text: one key can be written in several ways.
    private static Digest DigestOf(string publicKeyPem)
    {
        using var rsa = TryImportRsa(publicKeyPem);
        if (rsa is not null) return Digest.Of(rsa.ExportSubjectPublicKeyInfo());
        using var key = ECDiffieHellman.Create();
        key.ImportFromPem(publicKeyPem);
        return Digest.Of(key.ExportSubjectPublicKeyInfo());
    }

    private static RSA? TryImportRsa(ReadOnlySpan<char> pem)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return rsa;
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            return null;
        }
    }
}
