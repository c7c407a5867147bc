using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Stele.Cryptography.Hashing;

namespace Stele.Cryptography;

/// <summary>A SHA-256 digest: 32 bytes, held by value.</summary>
[InlineArray(Size)]
[SuppressMessage("Usage", "CA2231", Justification = "The operators are declared below.")]
public struct Digest : IEquatable<Digest>
{
    /// <summary>The size in bytes.</summary>
    public const int Size = 32;

    /// <summary>32 zero bytes: the tree's first leaf, and the claims digest of a transaction without claims.</summary>
    public static readonly Digest Zero;

    private byte _first;

    /// <summary>Takes 32 bytes as a digest.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32.</exception>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A SHA-256 digest has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        bytes.CopyTo(MemoryMarshal.CreateSpan(ref _first, Size));
    }

    /// <summary>The digest's bytes, where it lies.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(in _first, Size);

    /// <summary>SHA-256 of the data.</summary>
    public static Digest Of(ReadOnlySpan<byte> data)
    {
        Unsafe.SkipInit(out Digest digest);
        Sha256.Hash(data, MemoryMarshal.CreateSpan(ref digest._first, Size));
        return digest;
    }

    /// <summary>SHA-256 of two digests, one behind the other: an inner node of the Merkle tree.</summary>
    public static Digest Of(in Digest left, in Digest right)
    {
        Span<byte> pair = stackalloc byte[2 * Size];
        left.Span.CopyTo(pair);
        right.Span.CopyTo(pair[Size..]);
        return Of(pair);
    }

    /// <summary>HMAC-SHA-256 of the data.</summary>
    public static Digest Keyed(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        Unsafe.SkipInit(out Digest digest);
        Sha256.Hmac(key, data, MemoryMarshal.CreateSpan(ref digest._first, Size));
        return digest;
    }

    /// <summary>Reads 64 hexadecimal digits, upper or lower case.</summary>
    public static bool TryParseHex([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        if (text is null || text.Length != 2 * Size) return false;
        Span<byte> bytes = stackalloc byte[Size];
        if (Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        digest = new Digest(bytes);
        return true;
    }

    /// <summary>The digest as 64 lower-case hexadecimal digits.</summary>
    public readonly string ToHex() => Convert.ToHexStringLower(Span);

    /// <summary>The digest's bytes in an array of their own.</summary>
    public readonly byte[] ToArray() => Span.ToArray();

    /// <inheritdoc/>
    public readonly bool Equals(Digest other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Digest other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => MemoryMarshal.Read<int>(Span);

    /// <inheritdoc/>
    public override readonly string ToString() => ToHex();

    /// <summary>Whether two digests are the same bytes.</summary>
    public static bool operator ==(in Digest left, in Digest right) => left.Equals(right);

    /// <summary>Whether two digests differ.</summary>
    public static bool operator !=(in Digest left, in Digest right) => !left.Equals(right);
}
