using Stele.Cryptography;

namespace Stele.Ledger.Snapshots;

/// <summary>What the verification of a snapshot's file found.</summary>
public abstract record SnapshotVerdict
{
    private SnapshotVerdict()
    {
    }

    /// <summary>The service vouches for it.</summary>
    /// <param name="Contents">What it says; without a secret, what it says in clear.</param>
    /// <param name="Evidence">The transaction that vouches for it.</param>
    /// <param name="Digest">SHA-256 of the snapshot's entry: what that transaction claims.</param>
    public sealed record Verified(SnapshotContents Contents, TransactionId Evidence, Digest Digest) : SnapshotVerdict;

    /// <summary>It is damaged, or nobody who is trusted vouches for it.</summary>
    /// <param name="Reason">Why, for a log.</param>
    public sealed record Refused(string Reason) : SnapshotVerdict;
}
