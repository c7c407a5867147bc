namespace Stele.Etcd;

/// <summary>Operations that are done at once, in one revision: some if all comparisons hold, others if not.</summary>
public sealed record EtcdTransaction
{
    /// <summary>What must hold; with none, the transaction succeeds.</summary>
    public IReadOnlyList<EtcdCompare> If { get; init; } = [];

    /// <summary>What is done then.</summary>
    public IReadOnlyList<EtcdOperation> Then { get; init; } = [];

    /// <summary>What is done otherwise.</summary>
    public IReadOnlyList<EtcdOperation> Else { get; init; } = [];

    internal bool IsReadOnly => Then.Concat(Else).All(operation => operation is EtcdOperation.Range);
}

/// <summary>What a transaction came to.</summary>
/// <param name="Succeeded">Whether all comparisons held.</param>
/// <param name="Revision">The store's revision: the transaction's own if it wrote.</param>
/// <param name="Results">What each operation of the part that was done came to, in their order.</param>
public sealed record TransactionResult(bool Succeeded, long Revision, IReadOnlyList<OperationResult> Results)
{
    /// <summary>The cluster that has answered: made of its token and its first members' addresses.</summary>
    public ulong ClusterId { get; init; }

    /// <summary>The Raft term it was answered in: within one cluster it only rises.</summary>
    public ulong RaftTerm { get; init; }
}
