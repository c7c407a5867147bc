using System.Security.Cryptography;

namespace Stele.Cryptography.Hashing;

/// <summary>SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104) of short messages, as fast as the processor hashes.</summary>
public static class Sha256
{
    /// <summary>The size of a hash in bytes.</summary>
    public const int Size = 32;

    private const int BlockSize = 64;

    // From here on the general interface's setting-up no longer counts, and the runtime should know of the call.
    private const int ShortMax = 2048;

    /// <summary>The hash of a message.</summary>
    /// <param name="data">The message.</param>
    /// <param name="hash">Where its 32 bytes are put.</param>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        if (data.Length > ShortMax || !OpenSslSha256.IsThere)
        {
            SHA256.HashData(data, hash);
            return;
        }
        Span<byte> state = stackalloc byte[OpenSslSha256.StateSize];
        OpenSslSha256.Begin(state);
        OpenSslSha256.Add(state, data);
        OpenSslSha256.End(state, hash[..Size]);
    }

    /// <summary>The keyed hash of a message.</summary>
    /// <param name="key">The key.</param>
    /// <param name="data">The message.</param>
    /// <param name="hash">Where its 32 bytes are put.</param>
    public static void Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> hash)
    {
        if (key.Length > BlockSize || data.Length > ShortMax || !OpenSslSha256.IsThere)
        {
            HMACSHA256.HashData(key, data, hash);
            return;
        }
        Span<byte> state = stackalloc byte[OpenSslSha256.StateSize];
        Span<byte> pad = stackalloc byte[BlockSize];
        Span<byte> inner = stackalloc byte[Size];
        HashPadded(state, Pad(key, 0x36, pad), data, inner);
        HashPadded(state, Pad(key, 0x5c, pad), inner, hash[..Size]);
        CryptographicOperations.ZeroMemory(state);
        CryptographicOperations.ZeroMemory(pad);
    }

    private static void HashPadded(Span<byte> state, ReadOnlySpan<byte> pad, ReadOnlySpan<byte> data, Span<byte> hash)
    {
        OpenSslSha256.Begin(state);
        OpenSslSha256.Add(state, pad);
        OpenSslSha256.Add(state, data);
        OpenSslSha256.End(state, hash);
    }

    private static ReadOnlySpan<byte> Pad(ReadOnlySpan<byte> key, byte with, Span<byte> pad)
    {
        pad.Fill(with);
        for (var i = 0; i < key.Length; i++) pad[i] ^= key[i];
        return pad;
    }
}
