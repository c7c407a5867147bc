using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Stele.Cryptography.Sealing;

namespace Stele.Cryptography.Sharing;

/// <summary>The key that wraps the ledger secret for recovery, and that members have in shares.</summary>
/// <remarks>
/// <para>Ten random numbers below 2^31 - 1, each shared by a polynomial of its own: any threshold of shares gives them back,
/// one fewer says nothing of them. The ledger secret is sealed under HKDF-SHA-256 of the ten (40 bytes), without salt and with
/// the same bytes as info: so CCF does it, whose constant for the info is not used. A key wraps one secret, so that the
/// vector is zero.</para>
/// </remarks>
public sealed class SharedKey : IDisposable
{
    private const int KeySize = 32;

    private readonly uint[] _limbs = GC.AllocateArray<uint>(SecretShare.Limbs, pinned: true);

    private SharedKey()
    {
    }

    /// <summary>A new random key.</summary>
    public static SharedKey Generate()
    {
        var key = new SharedKey();
        for (var i = 0; i < key._limbs.Length; i++) key._limbs[i] = PrimeField.Random();
        return key;
    }

    /// <summary>Puts a key together from shares of it: as many as the threshold, or one that is the whole key.</summary>
    /// <remarks>Whether they were enough, and of one key, shows when something is unwrapped.</remarks>
    /// <exception cref="ArgumentException">There is none, or two are the same point.</exception>
    public static SharedKey Combine(IReadOnlyList<SecretShare> shares)
    {
        if (shares.Count == 0) throw new ArgumentException("A key is put together from one share at least.", nameof(shares));
        if (shares.DistinctBy(share => share.X).Count() != shares.Count)
            throw new ArgumentException("Two shares are the same point.", nameof(shares));
        var key = new SharedKey();
        if (shares.FirstOrDefault(share => share.X == 0) is { } whole)
        {
            whole.Values.CopyTo(key._limbs);
            return key;
        }
        foreach (var share in shares)
        {
            var weight = WeightAtZero(share.X, shares);
            for (var i = 0; i < key._limbs.Length; i++)
                key._limbs[i] = PrimeField.Add(key._limbs[i], PrimeField.Multiply(weight, share.Values[i]));
        }
        return key;
    }

    /// <summary>Splits the key.</summary>
    /// <param name="count">How many shares.</param>
    /// <param name="threshold">How many of them give the key back.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not between 1 and the count.</exception>
    public IReadOnlyList<SecretShare> Split(int count, int threshold)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threshold, count);
        var coefficients = new uint[SecretShare.Limbs * threshold];
        try
        {
            for (var limb = 0; limb < SecretShare.Limbs; limb++)
            {
                coefficients[limb * threshold] = _limbs[limb];
                for (var degree = 1; degree < threshold; degree++) coefficients[(limb * threshold) + degree] = PrimeField.Random();
            }
            return [.. Enumerable.Range(1, count).Select(x => ShareAt((uint)x, coefficients, threshold))];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(coefficients.AsSpan()));
        }
    }

    /// <summary>The share that is the whole key, for an owner.</summary>
    public SecretShare Whole() => new(0, _limbs);

    /// <summary>Seals a ledger secret.</summary>
    /// <returns>Tag, zero vector and ciphertext: see <see cref="SealedBlob"/>.</returns>
    public byte[] Wrap(LedgerSecret secret)
    {
        Span<byte> plaintext = stackalloc byte[LedgerSecret.Size];
        Span<byte> key = stackalloc byte[KeySize];
        try
        {
            secret.CopyTo(plaintext);
            DeriveKey(key);
            return SealedBlob.Seal(key, stackalloc byte[SealedBlob.IvSize], plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Opens a wrapped ledger secret.</summary>
    /// <exception cref="FormatException">It was wrapped by another key: too few shares, or shares of several keys.</exception>
    public LedgerSecret Unwrap(ReadOnlySpan<byte> wrapped)
    {
        Span<byte> key = stackalloc byte[KeySize];
        var plaintext = Array.Empty<byte>();
        try
        {
            DeriveKey(key);
            plaintext = SealedBlob.Open(key, wrapped);
            if (plaintext.Length != LedgerSecret.Size)
                throw new FormatException($"A ledger secret has {LedgerSecret.Size} bytes, not {plaintext.Length}.");
            return new LedgerSecret(plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_limbs.AsSpan()));

    // Lagrange's polynomial of this point, at 0: the product of x' / (x' - x) over all others.
    private static uint WeightAtZero(uint x, IReadOnlyList<SecretShare> shares)
    {
        var (above, below) = (1u, 1u);
        foreach (var other in shares)
        {
            if (other.X == x) continue;
            above = PrimeField.Multiply(above, other.X);
            below = PrimeField.Multiply(below, PrimeField.Subtract(other.X, x));
        }
        return PrimeField.Multiply(above, PrimeField.Invert(below));
    }

    private static SecretShare ShareAt(uint x, ReadOnlySpan<uint> coefficients, int threshold)
    {
        Span<uint> values = stackalloc uint[SecretShare.Limbs];
        for (var limb = 0; limb < values.Length; limb++)
            for (var degree = threshold - 1; degree >= 0; degree--)
                values[limb] = PrimeField.Add(PrimeField.Multiply(values[limb], x), coefficients[(limb * threshold) + degree]);
        var share = new SecretShare(x, values);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(values));
        return share;
    }

    private void DeriveKey(Span<byte> key)
    {
        Span<byte> bytes = stackalloc byte[SecretShare.Limbs * sizeof(uint)];
        for (var i = 0; i < _limbs.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(bytes[(i * sizeof(uint))..], _limbs[i]);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, bytes, key, salt: [], info: bytes);
        CryptographicOperations.ZeroMemory(bytes);
    }
}
