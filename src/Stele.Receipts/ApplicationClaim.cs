using Stele.Cryptography;

namespace Stele.Receipts;

/// <summary>A statement of the application that a receipt's claims digest commits to.</summary>
public abstract record ApplicationClaim
{
    private ApplicationClaim()
    {
    }

    /// <summary>«This collection holds this entry»: protocol <c>LedgerEntryV1</c>.</summary>
    /// <param name="Collection">The collection.</param>
    /// <param name="Contents">The entry's contents.</param>
    /// <param name="SecretKey">32 bytes that keep the digest from telling anything about the contents.</param>
    public sealed record LedgerEntry(CollectionId Collection, string Contents, ReadOnlyMemory<byte> SecretKey) : ApplicationClaim;

    /// <summary>Only a claim's digest, where its contents are not to be shown.</summary>
    /// <param name="Protocol">The protocol, as in <c>LedgerEntryV1</c>.</param>
    /// <param name="Value">The digest.</param>
    public sealed record ClaimDigest(string Protocol, Digest Value) : ApplicationClaim;
}
