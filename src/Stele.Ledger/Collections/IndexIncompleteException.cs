namespace Stele.Ledger.Collections;

/// <summary>The answer depends on entries that are not indexed yet: it can be had once they are.</summary>
/// <param name="missing">The entries that were to be looked at first.</param>
/// <param name="missingCount">How many entries are not indexed.</param>
/// <param name="count">How many entries there are.</param>
public sealed class IndexIncompleteException(SeqNoRange missing, long missingCount, long count) : Exception(
    $"The index of collections is being rebuilt from the ledger: {count - missingCount} of {count} entries are done, "
    + $"{missing} are not.")
{
    /// <summary>The entries that were to be looked at first.</summary>
    public SeqNoRange Missing { get; } = missing;

    /// <summary>How much of the ledger is indexed, from 0 to 1.</summary>
    public double Progress { get; } = count == 0 ? 1 : 1 - (missingCount / (double)count);
}
