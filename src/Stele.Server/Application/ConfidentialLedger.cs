#pragma warning disable MA0025 // the bodies come with the sequencer
using Stele.Governance.Users;
using Stele.Replication;

namespace Stele.Server.Application;

/// <summary>The confidential ledger as its endpoints see it: entries in collections, users, receipts.</summary>
public sealed class ConfidentialLedger
{
    /// <summary>The last durable transaction: what a read answers as its position.</summary>
    public TransactionId Position => throw new NotImplementedException();

    /// <summary>Appends an entry.</summary>
    /// <returns>Its id, once it is durable; with <paramref name="waitForCommit"/> once it is committed.</returns>
    /// <exception cref="LedgerUnavailableException">It was not taken; it may be sent again.</exception>
    /// <exception cref="OutcomeUnknownException">Whether it was taken cannot be known.</exception>
    public Task<TransactionId> AppendAsync(
        CollectionId collection, string contents, IReadOnlyList<string> tags, bool waitForCommit, CancellationToken cancel) =>
        throw new NotImplementedException();

    /// <summary>What has become of a transaction.</summary>
    public TransactionStatus StatusOf(TransactionId id) => throw new NotImplementedException();

    /// <summary>Waits while a transaction is Pending, for a bounded time.</summary>
    /// <returns>Its state after that.</returns>
    public Task<TransactionStatus> WhenDecidedAsync(TransactionId id, CancellationToken cancel) =>
        throw new NotImplementedException();

    /// <summary>The entry that a committed transaction wrote to a collection; null where it wrote none there.</summary>
    public Entry? EntryAt(TransactionId id, CollectionId collection) => throw new NotImplementedException();

    /// <summary>The newest durable entry of a collection; null where it has none.</summary>
    public Entry? CurrentEntry(CollectionId collection) => throw new NotImplementedException();

    /// <summary>The committed entries of a collection from one seqno to another, both included, page by page.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="from">Where the page starts.</param>
    /// <param name="to">Where the list ends; none for the newest committed.</param>
    /// <param name="tag">A tag that each entry must have; none for all.</param>
    public EntryPage List(CollectionId collection, TransactionId? from, TransactionId? to, string? tag) =>
        throw new NotImplementedException();

    /// <summary>Collections by ordinal order of their names.</summary>
    /// <param name="after">The name that the part starts behind; none from the beginning.</param>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<CollectionId> Collections(CollectionId? after, int count) => throw new NotImplementedException();

    /// <summary>The tags in use in a collection, in ordinal order.</summary>
    public IReadOnlyList<string> Tags(CollectionId collection) => throw new NotImplementedException();

    /// <summary>The receipt of a committed transaction; null for a signature transaction, which is its own proof.</summary>
    public ProvenTransaction? ReceiptOf(TransactionId id) => throw new NotImplementedException();

    /// <summary>The user of an id; null where there is none. What this says changes at once with the ledger.</summary>
    public LedgerUser? User(UserId id) => throw new NotImplementedException();

    /// <summary>Users by ordinal order of their ids.</summary>
    public IReadOnlyList<LedgerUser> Users(UserId? after, int count) => throw new NotImplementedException();

    /// <summary>Creates a user, or gives an existing one another role.</summary>
    /// <returns>The transaction that did it, durable.</returns>
    public Task<TransactionId> SetUserAsync(LedgerUser user, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Deletes a user.</summary>
    /// <returns>The transaction that did it; null where there was no such user.</returns>
    public Task<TransactionId?> DeleteUserAsync(UserId id, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The consortium's members: id (hexadecimal SHA-256 of the certificate's DER) and certificate (PEM).</summary>
    public IReadOnlyList<(string Id, string Certificate)> Members() => throw new NotImplementedException();

    /// <summary>The constitution's script.</summary>
    public string Constitution() => throw new NotImplementedException();

    /// <summary>The evidence of each node of the network: node id, platform, measurement (hexadecimal), raw evidence.</summary>
    public IReadOnlyList<NodeEvidence> Evidence() => throw new NotImplementedException();

    /// <summary>The id of this node: hexadecimal SHA-256 of its public key.</summary>
    public string NodeId => throw new NotImplementedException();
}
