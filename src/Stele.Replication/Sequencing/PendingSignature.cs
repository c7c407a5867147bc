using System.Diagnostics;
using Stele.Replication.Log;

namespace Stele.Replication.Sequencing;

/// <summary>A place in the ledger kept for a signature transaction that is being made.</summary>
/// <param name="id">The transaction it will be.</param>
internal sealed class PendingSignature(TransactionId id)
{
    private readonly TaskCompletionSource<BatchEntry> _made = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TransactionId Id { get; } = id;

    /// <summary>When the oldest write that it covers arrived; zero where nobody measures.</summary>
    public long Oldest { get; init; }

    /// <summary>Its span; null where nobody traces.</summary>
    public Activity? Span { get; init; }

    /// <summary>The signature transaction, when it is made.</summary>
    public Task<BatchEntry> Made => _made.Task;

    /// <summary>Follows the making to its end, well or not: first it is measured, then it is there, then that is said.</summary>
    public void MadeBy(Task<BatchEntry> making, Action measure, Action say) =>
        _ = making.ContinueWith(
            done =>
            {
                measure();
                _made.TrySetFromTask(done);
                say();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
