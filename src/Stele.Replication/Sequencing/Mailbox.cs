namespace Stele.Replication.Sequencing;

/// <summary>
/// Where commands wait for the sequencer, and the sequencer for commands: one lock, held for a few instructions and never
/// over work.
/// </summary>
/// <remarks>Any thread posts and notifies; the sequencer's thread alone takes and waits.</remarks>
/// <param name="max">How many commands wait at most.</param>
internal sealed class Mailbox(int max)
{
    private readonly object _gate = new();
    private readonly Queue<Submission> _waiting = new();
    private int _wakeAt = int.MaxValue;
    private bool _happened;
    private bool _isClosed;

    /// <summary>Whether nothing more is taken and nothing is left.</summary>
    public bool IsFinished
    {
        get
        {
            lock (_gate) return _isClosed && _waiting.Count == 0;
        }
    }

    /// <summary>Whether no command waits.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate) return _waiting.Count == 0;
        }
    }

    /// <summary>How many commands wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Leaves a command.</summary>
    /// <returns>Whether it was taken: there was room, and the mailbox is open.</returns>
    public bool TryPost(Submission submission)
    {
        lock (_gate)
        {
            if (_isClosed || _waiting.Count >= max) return false;
            _waiting.Enqueue(submission);
            if (_waiting.Count >= _wakeAt) Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Takes the next command.</summary>
    public bool TryTake(out Submission submission)
    {
        lock (_gate) return _waiting.TryDequeue(out submission!);
    }

    /// <summary>Says that something happened that the sequencer waits for.</summary>
    public void Notify()
    {
        lock (_gate)
        {
            _happened = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes no more.</summary>
    public void Close()
    {
        lock (_gate) _isClosed = true;
        Notify();
    }

    /// <summary>Waits until something has happened, or so many commands wait, or so much time has gone by.</summary>
    public void Wait(int commands, TimeSpan most)
    {
        lock (_gate)
        {
            _wakeAt = commands;
            if (!_happened && _waiting.Count < commands) Monitor.Wait(_gate, most);
            _wakeAt = int.MaxValue;
            _happened = false;
        }
    }
}
