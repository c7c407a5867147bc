namespace Stele.Replication.Network;

/// <summary>Where a node's ledger has come, and a way to wait until it is further.</summary>
internal sealed class PositionSignal(SeqNo position)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _moved;
    private SeqNo _position = position;

    /// <summary>Waits until an entry is there.</summary>
    public async Task ReachAsync(SeqNo seqno, CancellationToken cancel)
    {
        while (!IsAt(seqno, out var moved)) await moved.WaitAsync(cancel);
    }

    /// <summary>Says that it has moved.</summary>
    public void Advance(SeqNo position)
    {
        TaskCompletionSource? moved;
        lock (_lock) (_position, moved, _moved) = (position, _moved, null);
        moved?.TrySetResult();
    }

    // Nobody waits most of the time: only then is there anything to allocate.
    private bool IsAt(SeqNo seqno, out Task moved)
    {
        lock (_lock)
        {
            moved = Task.CompletedTask;
            if (_position >= seqno) return true;
            _moved ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            moved = _moved.Task;
            return false;
        }
    }
}
