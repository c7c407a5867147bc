using Stele.Ledger.Transactions;
using Stele.Replication.Network;
using Stele.Replication.Sequencing;

namespace Stele.Replication;

/// <summary>Where a node's commands go: to its own sequencer, always or while it is the primary.</summary>
internal interface ILedgerWriter : IAsyncDisposable
{
    /// <summary>What the node does at the moment.</summary>
    NodeRole Role { get; }

    /// <summary>Who writes; null while nobody is elected, or where there is no network.</summary>
    PrimaryNode? Primary { get; }

    /// <summary>Why no more writes are taken, ever; null while they are, here or elsewhere.</summary>
    string? Stopped { get; }

    /// <summary>Whether the node has all that was ordered when it last looked; entries may come every moment.</summary>
    bool IsCaughtUp { get; }

    /// <summary>How many commands wait for the sequencer.</summary>
    int Waiting { get; }

    /// <summary>What keeps the node from its part in a network at the moment; null where nothing does.</summary>
    NetworkTrouble? Trouble { get; }

    /// <inheritdoc cref="Sequencer.SubmitAsync"/>
    Task<Outcome<TResult>> SubmitAsync<TResult>(ICommand<TResult> command, bool untilCommitted);

    /// <summary>
    /// Gives up the primary's place, where there are others to take it: what was taken is carried out, and writes are answered
    /// «not taken» from then on.
    /// </summary>
    Task LeaveAsync();

    /// <summary>Waits until an entry is there that others may write.</summary>
    Task WhenAtAsync(SeqNo seqno, CancellationToken cancel);
}
