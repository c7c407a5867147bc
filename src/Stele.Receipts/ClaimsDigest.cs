using System.Buffers.Binary;
using System.Text;
using Stele.Cryptography;
using Stele.Cryptography.Hashing;

namespace Stele.Receipts;

/// <summary>
/// The digest by which a receipt commits to application claims: SHA-256(u32 little-endian count ‖ claim digests), a claim's
/// digest being SHA-256(protocol ‖ value).
/// </summary>
public static class ClaimsDigest
{
    /// <summary>The protocol of ACL's claim that a collection holds an entry.</summary>
    public const string LedgerEntryProtocol = "LedgerEntryV1";

    /// <summary>The size of a claim's secret key in bytes.</summary>
    public const int SecretKeySize = 32;

    /// <summary>The digest of claims; zero where there are none.</summary>
    public static Digest Of(IReadOnlyList<ApplicationClaim> claims)
    {
        if (claims.Count == 0) return Digest.Zero;
        var parts = new byte[sizeof(uint) + (claims.Count * Digest.Size)];
        BinaryPrimitives.WriteInt32LittleEndian(parts, claims.Count);
        for (var i = 0; i < claims.Count; i++)
            OfClaim(claims[i]).Span.CopyTo(parts.AsSpan(sizeof(uint) + (i * Digest.Size)));
        return Digest.Of(parts);
    }

    /// <summary>The claims digest of a transaction whose one claim is its entry.</summary>
    public static Digest OfEntry(CollectionId collection, ReadOnlySpan<byte> contents, ReadOnlySpan<byte> secretKey)
    {
        Span<byte> parts = stackalloc byte[sizeof(uint) + Digest.Size];
        BinaryPrimitives.WriteInt32LittleEndian(parts, 1);
        var claim = OfValue(LedgerEntryProtocol, ValueOfEntry(collection, contents, secretKey));
        claim.Span.CopyTo(parts[sizeof(uint)..]);
        return Digest.Of(parts);
    }

    /// <summary>SHA-256(HMAC(key, collection) ‖ HMAC(key, contents)): the value of an entry's claim.</summary>
    public static Digest ValueOfEntry(
        CollectionId collection, ReadOnlySpan<byte> contents, ReadOnlySpan<byte> secretKey)
    {
        Span<byte> parts = stackalloc byte[2 * Digest.Size];
        Span<byte> nameBuffer = stackalloc byte[256];
        var name = collection.Value.Length * 3 <= nameBuffer.Length
            ? nameBuffer[..Encoding.UTF8.GetBytes(collection.Value, nameBuffer)]
            : Encoding.UTF8.GetBytes(collection.Value);
        Sha256.Hmac(secretKey, name, parts);
        Sha256.Hmac(secretKey, contents, parts[Digest.Size..]);
        return Digest.Of(parts);
    }

    private static Digest OfClaim(ApplicationClaim claim) => claim switch
    {
        ApplicationClaim.LedgerEntry entry => OfValue(
            LedgerEntryProtocol,
            ValueOfEntry(entry.Collection, Encoding.UTF8.GetBytes(entry.Contents), entry.SecretKey.Span)),
        ApplicationClaim.ClaimDigest digest => OfValue(digest.Protocol, digest.Value),
        _ => throw new ArgumentOutOfRangeException(nameof(claim), claim, "No such claim."),
    };

    private static Digest OfValue(string protocol, in Digest value)
    {
        var name = protocol == LedgerEntryProtocol ? "LedgerEntryV1"u8 : Encoding.UTF8.GetBytes(protocol);
        Span<byte> message = name.Length <= 64 ? stackalloc byte[name.Length + Digest.Size] : new byte[name.Length + Digest.Size];
        name.CopyTo(message);
        value.Span.CopyTo(message[name.Length..]);
        return Digest.Of(message);
    }
}
