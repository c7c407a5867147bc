namespace Stele.Replication;

/// <summary>The ledger did not take a write, and never will take this one: it may be sent again.</summary>
public sealed class LedgerUnavailableException(string reason, TimeSpan? retryAfter) : Exception(reason)
{
    /// <summary>When another attempt makes sense; none where a person must act first.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
