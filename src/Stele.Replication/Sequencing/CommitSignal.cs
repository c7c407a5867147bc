namespace Stele.Replication.Sequencing;

/// <summary>How far the ledger is committed, and a way to wait until it is further.</summary>
/// <remarks>One thread advances it, any thread reads and waits.</remarks>
public sealed class CommitSignal(TransactionId committed)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _advanced = NewSource();
    private TransactionId _committed = committed;

    /// <summary>The last durable signature transaction: it and all before it are committed.</summary>
    public TransactionId Committed
    {
        get
        {
            lock (_lock) return _committed;
        }
    }

    /// <summary>Waits until a seqno is covered.</summary>
    public async Task ReachAsync(SeqNo seqno, CancellationToken cancel)
    {
        while (!IsAt(seqno, out var next)) await next.WaitAsync(cancel);
    }

    internal void Advance(TransactionId committed)
    {
        TaskCompletionSource advanced;
        lock (_lock)
        {
            _committed = committed;
            (advanced, _advanced) = (_advanced, NewSource());
        }
        advanced.TrySetResult();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool IsAt(SeqNo seqno, out Task next)
    {
        lock (_lock)
        {
            next = _advanced.Task;
            return _committed.SeqNo >= seqno;
        }
    }
}
