namespace Stele.Replication;

/// <summary>CCF's rules for what has become of a transaction.</summary>
internal static class StatusRules
{
    /// <summary>The state of a transaction.</summary>
    /// <param name="asked">The transaction.</param>
    /// <param name="viewThere">The view of the entry at its seqno; null where the node has none there.</param>
    /// <param name="committed">The last committed transaction.</param>
    public static TransactionStatus StatusOf(TransactionId asked, View? viewThere, TransactionId committed)
    {
        if (committed.SeqNo >= asked.SeqNo)
            return viewThere == asked.View ? TransactionStatus.Committed : TransactionStatus.Invalid;
        if (viewThere == asked.View) return TransactionStatus.Pending;
        return committed.View > asked.View ? TransactionStatus.Invalid : TransactionStatus.Unknown;
    }
}
