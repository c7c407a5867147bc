using System.Buffers.Binary;
using System.Security.Cryptography;
using Stele.Cryptography.Sealing;

namespace Stele.Ledger.Collections;

/// <summary>
/// Seals the blocks of a run by AES-256-GCM under a key of the run's own: a private ledger's collections and tags are
/// confidential, and a damaged block does not open. The nonce is the block's number, little-endian, in 12 bytes.
/// </summary>
/// <remarks>Safe for use by any number of threads.</remarks>
internal sealed class BlockSeal(byte[] key, byte[] header) : IDisposable
{
    /// <summary>How many bytes longer a sealed block is: the tag behind it.</summary>
    public const int Overhead = LedgerSecret.TagSize;

    private const int NonceSize = 12;

    /// <summary>Seals a block in place.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="block">The block, with room behind it for the tag.</param>
    public void Seal(long number, Span<byte> block)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        BinaryPrimitives.WriteInt64LittleEndian(nonce, number);
        using var cipher = new AesGcm(key, Overhead);
        var contents = block[..^Overhead];
        cipher.Encrypt(nonce, contents, contents, block[^Overhead..], header);
    }

    /// <summary>Opens a block in place.</summary>
    /// <exception cref="AuthenticationTagMismatchException">It is not what was sealed.</exception>
    public void Open(long number, Span<byte> block)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        BinaryPrimitives.WriteInt64LittleEndian(nonce, number);
        using var cipher = new AesGcm(key, Overhead);
        var contents = block[..^Overhead];
        cipher.Decrypt(nonce, contents, block[^Overhead..], contents, header);
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(key);
}
