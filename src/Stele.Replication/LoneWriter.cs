using Stele.Ledger.Transactions;
using Stele.Replication.Log;
using Stele.Replication.Network;
using Stele.Replication.Sequencing;

namespace Stele.Replication;

/// <summary>The sequencer of a node alone, on its own log.</summary>
internal sealed class LoneWriter(LocalLog log, Sequencer sequencer) : ILedgerWriter
{
    /// <inheritdoc/>
    public NodeRole Role => NodeRole.Primary;

    /// <inheritdoc/>
    public PrimaryNode? Primary => null;

    /// <inheritdoc/>
    public NetworkTrouble? Trouble => null;

    /// <inheritdoc/>
    public bool IsCaughtUp => true;

    /// <inheritdoc/>
    public int Waiting => sequencer.Waiting;

    /// <inheritdoc/>
    public string? Stopped => sequencer.Stopped;

    /// <inheritdoc/>
    public Task<Outcome<TResult>> SubmitAsync<TResult>(ICommand<TResult> command, bool untilCommitted) =>
        sequencer.SubmitAsync(command, untilCommitted);

    /// <inheritdoc/>
    /// <remarks>Nobody else writes: what is not there will not come by waiting.</remarks>
    public Task WhenAtAsync(SeqNo seqno, CancellationToken cancel) => Task.CompletedTask;

    /// <inheritdoc/>
    /// <remarks>There is nobody to leave it to.</remarks>
    public Task LeaveAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await sequencer.DisposeAsync();
        await log.DisposeAsync();
    }
}
