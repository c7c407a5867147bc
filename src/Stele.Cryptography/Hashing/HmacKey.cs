using System.Security.Cryptography;

namespace Stele.Cryptography.Hashing;

/// <summary>A key of HMAC-SHA-256 (RFC 2104) of which the key's own two blocks are hashed once, not for each message.</summary>
/// <remarks>Safe for use by any number of threads.</remarks>
internal sealed class HmacKey : IDisposable
{
    private const int BlockSize = 64;

    // The states behind the inner and the outer pad; where OpenSSL's functions are missing, the key itself.
    private readonly byte[] _inner = GC.AllocateArray<byte>(OpenSslSha256.StateSize, pinned: true);
    private readonly byte[] _outer = GC.AllocateArray<byte>(OpenSslSha256.StateSize, pinned: true);

    /// <summary>Takes a key of 32 bytes, of which nothing is kept that lies with the caller.</summary>
    public HmacKey(in Digest key)
    {
        if (!OpenSslSha256.IsThere)
        {
            key.Span.CopyTo(_inner);
            return;
        }
        Begin(_inner, key, 0x36);
        Begin(_outer, key, 0x5c);
    }

    /// <summary>The keyed hash of a message.</summary>
    /// <param name="data">The message, of a few hundred bytes at most.</param>
    /// <param name="hash">Where its 32 bytes are put.</param>
    public void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        hash = hash[..Digest.Size];
        if (!OpenSslSha256.IsThere)
        {
            HMACSHA256.HashData(_inner.AsSpan(0, Digest.Size), data, hash);
            return;
        }
        Span<byte> state = stackalloc byte[OpenSslSha256.StateSize];
        Finish(_inner, state, data, hash);
        Finish(_outer, state, hash, hash);
        CryptographicOperations.ZeroMemory(state);
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_inner);
        CryptographicOperations.ZeroMemory(_outer);
    }

    private static void Begin(Span<byte> state, in Digest key, byte with)
    {
        Span<byte> pad = stackalloc byte[BlockSize];
        pad.Fill(with);
        for (var i = 0; i < Digest.Size; i++) pad[i] ^= key.Span[i];
        OpenSslSha256.Begin(state);
        OpenSslSha256.Add(state, pad);
        CryptographicOperations.ZeroMemory(pad);
    }

    private static void Finish(ReadOnlySpan<byte> begun, Span<byte> state, ReadOnlySpan<byte> data, Span<byte> hash)
    {
        begun.CopyTo(state);
        OpenSslSha256.Add(state, data);
        OpenSslSha256.End(state, hash);
    }
}
