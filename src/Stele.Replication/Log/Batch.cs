using Stele.Cryptography;
using Stele.Ledger.Entries;
using Stele.Ledger.Recovery;

namespace Stele.Replication.Log;

/// <summary>Consecutive entries that become durable together. Their bytes are lent: they change once the append has ended.</summary>
/// <param name="Entries">The entries, by ascending seqno.</param>
/// <param name="Commit">What its first entry commits, where that is a signature transaction.</param>
public sealed record Batch(IReadOnlyList<BatchEntry> Entries, CommitRecord? Commit);

/// <summary>An entry of a batch.</summary>
/// <param name="Encoded">Its bytes as they stand in the ledger.</param>
/// <param name="Writes">What it writes.</param>
/// <param name="IsSignature">Whether it is a signature transaction.</param>
public readonly record struct BatchEntry(EncodedEntry Encoded, WriteSet Writes, bool IsSignature)
{
    /// <summary>As the state takes it in, once it is durable.</summary>
    public DurableEntry ToDurable() => new(Encoded.Id, Encoded.Leaf, IsSignature, Writes);
}

/// <summary>The signature transaction that commits all before it, once it is durable.</summary>
/// <param name="Id">The signature transaction.</param>
/// <param name="Root">The Merkle root over all leaves up to and including its own.</param>
public sealed record CommitRecord(TransactionId Id, Digest Root);
