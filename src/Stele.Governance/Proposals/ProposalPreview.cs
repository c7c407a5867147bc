using Stele.Governance.Constitution;
using Stele.Ledger.Entries;

namespace Stele.Governance.Proposals;

/// <summary>What a proposal would do if it passed now.</summary>
/// <param name="Failure">Why it would fail, and change nothing; null where it would not.</param>
/// <param name="Changes">The rows that it would change.</param>
/// <param name="Tasks">What the service would do beside, such as giving the ledger a new secret.</param>
public sealed record ProposalPreview(
    ScriptFailure? Failure, IReadOnlyList<RowChange> Changes, ServiceTasks Tasks = ServiceTasks.None)
{
    /// <summary>What members should think of before they vote for it.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>A row before and after.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Key">Its key.</param>
/// <param name="Before">Its value; null where there is none yet.</param>
/// <param name="After">What it will be; null where it is removed.</param>
public sealed record RowChange(TableName Table, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte>? Before, ReadOnlyMemory<byte>? After);
