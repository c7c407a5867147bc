using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Stele.Cryptography.Hashing;

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

    private const int EvidenceSizeMax = 3 + TransactionId.MaxTextLength + 1 + (2 * Digest.Size);

    private static ReadOnlySpan<byte> EvidencePrefix => "ce:"u8;

    /// <summary>
    /// The top bit of the view in a snapshot's vector, which no view has. CCF leaves the view itself 0; here it stands
    /// there too, so that the same seqno in another view is sealed under another vector.
    /// </summary>
    public const uint SnapshotView = 0x8000_0000;

    private readonly byte[] _bytes;
    private readonly HmacKey _commitSecret;
    private readonly HmacKey _claimSecret;
    private readonly ThreadLocal<AesGcm> _cipher;
    private int _disposed;

    /// <summary>Makes a secret of 32 bytes, which are copied.</summary>
    public LedgerSecret(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size, nameof(bytes));
        _bytes = GC.AllocateArray<byte>(Size, pinned: true);
        bytes.CopyTo(_bytes);
        // CCF means «Commit Secret Label», but hashes only as many bytes of it as a pointer has: eight.
        _commitSecret = new HmacKey(Digest.Keyed(_bytes, "Commit S"u8));
        _claimSecret = new HmacKey(Digest.Keyed(_bytes, "Stele ledger entry claim"u8));
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

    /// <summary>The same secret, to be disposed of on its own.</summary>
    public LedgerSecret Clone() => new(_bytes);

    /// <summary>Whether another has the same bytes; takes the same time whatever they are.</summary>
    public bool IsSameAs(LedgerSecret other) => CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    /// <summary>Copies the secret out, for keeping it. The caller zeroes what it got.</summary>
    public void CopyTo(Span<byte> destination) => _bytes.CopyTo(destination);

    /// <summary>Seals an entry's private domain; its whole public domain is authenticated with it.</summary>
    public void Seal(
        TransactionId id, ReadOnlySpan<byte> publicDomain, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext,
        Span<byte> tag)
    {
        Span<byte> iv = stackalloc byte[IvSize];
        WriteIv(id.SeqNo, (uint)id.View.Value, iv);
        _cipher.Value!.Encrypt(iv, plaintext, ciphertext, tag, publicDomain);
    }

    /// <summary>Opens an entry's private domain.</summary>
    /// <returns>Whether it is what was sealed under this secret and this id.</returns>
    public bool TryOpen(
        TransactionId id, ReadOnlySpan<byte> publicDomain, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag,
        Span<byte> plaintext)
    {
        Span<byte> iv = stackalloc byte[IvSize];
        WriteIv(id.SeqNo, (uint)id.View.Value, iv);
        return TryOpen(iv, publicDomain, ciphertext, tag, plaintext);
    }

    /// <summary>
    /// Seals a snapshot's private domain; its whole public domain is authenticated with it. One state is sealed by a
    /// seqno: the same vector for two would tell both.
    /// </summary>
    public void SealSnapshot(
        TransactionId id, ReadOnlySpan<byte> publicDomain, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag)
    {
        Span<byte> iv = stackalloc byte[IvSize];
        WriteIv(id.SeqNo, SnapshotView | (uint)id.View.Value, iv);
        _cipher.Value!.Encrypt(iv, plaintext, ciphertext, tag, publicDomain);
    }

    /// <summary>Opens a snapshot's private domain.</summary>
    /// <returns>Whether it is what was sealed under this secret as the snapshot at this seqno.</returns>
    public bool TryOpenSnapshot(
        TransactionId id, ReadOnlySpan<byte> publicDomain, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag,
        Span<byte> plaintext)
    {
        Span<byte> iv = stackalloc byte[IvSize];
        WriteIv(id.SeqNo, SnapshotView | (uint)id.View.Value, iv);
        return TryOpen(iv, publicDomain, ciphertext, tag, plaintext);
    }

    /// <summary>
    /// The text <c>ce:view.seqno:nonce</c> that reveals, once a transaction is committed, that it is; its SHA-256 stands
    /// in the entry.
    /// </summary>
    public string CommitEvidence(TransactionId id)
    {
        Span<byte> text = stackalloc byte[EvidenceSizeMax];
        return Encoding.ASCII.GetString(text[..WriteEvidence(id, text)]);
    }

    /// <summary>SHA-256 of <see cref="CommitEvidence"/>: what stands in the entry.</summary>
    public Digest CommitEvidenceDigest(TransactionId id)
    {
        Span<byte> text = stackalloc byte[EvidenceSizeMax];
        return Digest.Of(text[..WriteEvidence(id, text)]);
    }

    /// <summary>
    /// The key of an entry's application claim, known to the ledger alone until it gives out a receipt.
    /// </summary>
    /// <param name="id">The transaction.</param>
    /// <param name="key">Where its 32 bytes are put; the caller zeroes them.</param>
    public void DeriveClaimKey(TransactionId id, Span<byte> key)
    {
        Span<byte> text = stackalloc byte[TransactionId.MaxTextLength];
        _claimSecret.Hash(text[..id.Format(text)], key);
    }

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
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        foreach (var cipher in _cipher.Values) cipher.Dispose();
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_bytes);
        _commitSecret.Dispose();
        _claimSecret.Dispose();
    }

    private int WriteEvidence(TransactionId id, Span<byte> text)
    {
        Span<byte> nonce = stackalloc byte[Digest.Size];
        EvidencePrefix.CopyTo(text);
        var end = EvidencePrefix.Length + id.Format(text[EvidencePrefix.Length..]);
        _commitSecret.Hash(text[EvidencePrefix.Length..end], nonce);
        text[end++] = (byte)':';
        Convert.TryToHexStringLower(nonce, text[end..], out var digits);
        return end + digits;
    }

    private bool TryOpen(
        ReadOnlySpan<byte> iv, ReadOnlySpan<byte> publicDomain, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag,
        Span<byte> plaintext)
    {
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

    private static void WriteIv(SeqNo seqno, uint view, Span<byte> iv)
    {
        BinaryPrimitives.WriteInt64LittleEndian(iv, seqno.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(iv[sizeof(long)..], view);
    }
}
