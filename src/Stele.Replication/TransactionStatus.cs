namespace Stele.Replication;

/// <summary>What has become of a transaction, as CCF defines it.</summary>
public enum TransactionStatus
{
    /// <summary>The node has not heard of the id, and cannot rule it out.</summary>
    Unknown,

    /// <summary>Written, not yet covered by a durable signature.</summary>
    Pending,

    /// <summary>Durable, and covered by a durable signature transaction. Final.</summary>
    Committed,

    /// <summary>Never written, or lost with its view. Final.</summary>
    Invalid,
}
