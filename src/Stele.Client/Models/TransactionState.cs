namespace Stele.Client;

/// <summary>What has become of a transaction, as a service names it; later versions may have more states.</summary>
/// <param name="Value">The name on the wire.</param>
public readonly record struct TransactionState(string Value)
{
    /// <summary>It is written, and not committed yet: it may still be lost with its node.</summary>
    public static TransactionState Pending { get; } = new("Pending");

    /// <summary>It is in the ledger for good.</summary>
    public static TransactionState Committed { get; } = new("Committed");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
