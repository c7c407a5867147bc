using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Stele.Cryptography.Sealing;

/// <summary>The 32 bytes that seal the private domain of entries, and that commit evidence is derived from.</summary>
/// <remarks>Safe for use by any number of threads.</remarks>
public sealed class LedgerSecret : IDisposable
{
    /// <summary>The size of a secret in bytes.</summary>
    public const int Size = 32;

    /// <summary>The size of a GCM tag in bytes.</summary>
    public const int TagSize = 16;

    /// <summary>The size of a GCM initialisation vector in bytes: u64 seqno, u32 view, little-endian.</summary>
    public const int IvSize = 12;

    private readonly byte[] _bytes;
    private readonly byte[] _commitSecret;
    private readonly byte[] _claimSecret;
    private readonly ThreadLocal<AesGcm> _cipher;

    /// <summary>Makes a secret of 32 bytes, which are copied.</summary>
    public LedgerSecret(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size, nameof(bytes));
        _bytes = GC.AllocateArray<byte>(Size, pinned: true);
        bytes.CopyTo(_bytes);
        // CCF means «Commit Secret Label», but hashes only as many bytes of it as a pointer has: eight.
        _commitSecret = HMACSHA256.HashData(_bytes, "Commit S"u8);
        _claimSecret = HMACSHA256.HashData(_bytes, "Stele ledger entry claim"u8);
        _cipher = new ThreadLocal<AesGcm>(() => new AesGcm(_bytes, TagSize), trackAllValues: true);
    }

    /// <summary>A new random secret.</summary>
    public static LedgerSecret Generate()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        try
        {
            return new LedgerSecret(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Copies the secret out, for keeping it. The caller zeroes what it got.</summary>
    public void CopyTo(Span<byte> destination) => _bytes.CopyTo(destination);

    /// <summary>Seals an entry's private domain; its whole public domain is authenticated with it.</summary>
    public void Seal(
        TransactionId id, ReadOnlySpan<byte> publicDomain, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext,
        Span<byte> tag)
    {
        Span<byte> iv = stackalloc byte[IvSize];
        WriteIv(id, iv);
        _cipher.Value!.Encrypt(iv, plaintext, ciphertext, tag, publicDomain);
    }

    /// <summary>Opens an entry's private domain.</summary>
    /// <returns>Whether it is what was sealed under this secret and this id.</returns>
    public bool TryOpen(
        TransactionId id, ReadOnlySpan<byte> publicDomain, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag,
        Span<byte> plaintext)
    {
        Span<byte> iv = stackalloc byte[IvSize];
        WriteIv(id, iv);
        try
        {
            _cipher.Value!.Decrypt(iv, ciphertext, tag, plaintext, publicDomain);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>
    /// The text <c>ce:view.seqno:nonce</c> that reveals, once a transaction is committed, that it is; its SHA-256 stands
    /// in the entry.
    /// </summary>
    public string CommitEvidence(TransactionId id) => $"ce:{id}:{Convert.ToHexStringLower(Derive(_commitSecret, id))}";

    /// <summary>
    /// The 32-byte key of an entry's application claim, known to the ledger alone until it gives out a receipt.
    /// </summary>
    public byte[] ClaimKey(TransactionId id) => Derive(_claimSecret, id);

    /// <summary>
    /// A 32-byte key for something else that belongs to the ledger, told from all others by its label: HMAC-SHA-256 under
    /// the secret. The caller zeroes it.
    /// </summary>
    /// <param name="label">What the key is for. None may be the beginning of another.</param>
    public byte[] DeriveKey(ReadOnlySpan<byte> label) =>
        HMACSHA256.HashData(_bytes, (byte[])[.. "Stele derived key: "u8, .. label]);

    /// <summary>Zeroes the secret.</summary>
    public void Dispose()
    {
        foreach (var cipher in _cipher.Values) cipher.Dispose();
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_bytes);
        CryptographicOperations.ZeroMemory(_commitSecret);
        CryptographicOperations.ZeroMemory(_claimSecret);
    }

    private static byte[] Derive(byte[] key, TransactionId id) =>
        HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(id.ToString()));

    private static void WriteIv(TransactionId id, Span<byte> iv)
    {
        BinaryPrimitives.WriteInt64LittleEndian(iv, id.SeqNo.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(iv[sizeof(long)..], (uint)id.View.Value);
    }
}
