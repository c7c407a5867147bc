using System.Diagnostics;
using Stele.Ledger.Transactions;

namespace Stele.Replication.Sequencing;

/// <summary>A command on its way through the sequencer, and whoever waits for it.</summary>
internal abstract class Submission(bool untilCommitted)
{
    /// <summary>Whether it is to be answered once it is committed, instead of once it is durable.</summary>
    public bool UntilCommitted { get; } = untilCommitted;

    /// <summary>When it arrived, on the clock of the metrics; zero where nobody measures.</summary>
    public long Arrived { get; init; }

    /// <summary>Its span; null where nobody traces.</summary>
    public Activity? Span { get; init; }

    /// <summary>The transaction it became, or the position it was run at.</summary>
    public TransactionId Id { get; set; }

    /// <summary>Runs the command.</summary>
    /// <returns>Whether it ran; where it threw, whoever waits has been told, and nothing is to be written.</returns>
    public abstract bool TryExecute(Transaction transaction);

    /// <summary>Tells whoever waits that it is done.</summary>
    public abstract void Complete();

    /// <summary>Tells whoever waits that it is not.</summary>
    public abstract void Fail(Exception reason);

    /// <summary>Tells them so on a thread of the pool: the sequencer's must not run its callers' code.</summary>
    public void FailBeside(Exception reason) => ThreadPool.UnsafeQueueUserWorkItem(
        static told => told.Submission.Fail(told.Reason), (Submission: this, Reason: reason), preferLocal: false);
}

/// <inheritdoc/>
internal sealed class Submission<TResult>(ICommand<TResult> command, bool untilCommitted) : Submission(untilCommitted)
{
    // What the caller does next runs where it is told: see Answers.
    private readonly TaskCompletionSource<Outcome<TResult>> _outcome = new();

    private TResult? _result;

    public Task<Outcome<TResult>> Outcome => _outcome.Task;

    public override bool TryExecute(Transaction transaction)
    {
        try
        {
            _result = command.Execute(transaction);
            return true;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            FailBeside(fault);
            return false;
        }
    }

    public override void Complete() => _outcome.TrySetResult(new Outcome<TResult>(Id, _result!));

    public override void Fail(Exception reason) => _outcome.TrySetException(reason);
}
