using System.Security.Cryptography;

namespace Stele.Cryptography.Sealing;

/// <summary>Bytes sealed by AES-256-GCM outside of entries, as CCF lays them out: tag (16 bytes), vector (12), ciphertext.</summary>
public static class SealedBlob
{
    /// <summary>The size of a vector in bytes.</summary>
    public const int IvSize = 12;

    private const int TagSize = 16;
    private const int HeaderSize = TagSize + IvSize;
    private const int SizeMax = 1 << 20;

    /// <summary>Seals bytes under a random vector.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="plaintext">The bytes.</param>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext)
    {
        Span<byte> iv = stackalloc byte[IvSize];
        RandomNumberGenerator.Fill(iv);
        return Seal(key, iv, plaintext);
    }

    /// <summary>Opens what was sealed.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="blob">Tag, vector, ciphertext; a mebibyte at most.</param>
    /// <returns>The bytes; the caller zeroes them where they are secret.</returns>
    /// <exception cref="FormatException">It was not sealed under this key, or was altered since.</exception>
    public static byte[] Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> blob)
    {
        if (blob.Length is < HeaderSize or > SizeMax) throw new FormatException($"{blob.Length} bytes cannot be something sealed.");
        var plaintext = new byte[blob.Length - HeaderSize];
        try
        {
            using var cipher = new AesGcm(key, TagSize);
            cipher.Decrypt(blob[TagSize..HeaderSize], blob[HeaderSize..], blob[..TagSize], plaintext);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException fault)
        {
            throw new FormatException("What was sealed was not sealed under this key, or has been altered.", fault);
        }
    }

    internal static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> plaintext)
    {
        var blob = new byte[HeaderSize + plaintext.Length];
        iv.CopyTo(blob.AsSpan(TagSize));
        using var cipher = new AesGcm(key, TagSize);
        cipher.Encrypt(iv, plaintext, blob.AsSpan(HeaderSize), blob.AsSpan(0, TagSize));
        return blob;
    }
}
