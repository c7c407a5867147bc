namespace Stele.Client;

/// <summary>A transaction and what has become of it.</summary>
public sealed class TransactionStatus
{
    internal TransactionStatus(TransactionId transactionId, TransactionState state) => (TransactionId, State) = (transactionId, state);

    /// <summary>The transaction.</summary>
    public TransactionId TransactionId { get; }

    /// <summary>What has become of it.</summary>
    public TransactionState State { get; }
}
