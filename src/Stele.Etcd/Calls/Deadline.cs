namespace Stele.Etcd.Calls;

/// <summary>A caller's cancellation, and a time that runs beside it.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _either;

    public Deadline(TimeSpan length, TimeProvider time, CancellationToken cancellation)
    {
        _time = new CancellationTokenSource(length, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_time.Token, cancellation);
    }

    /// <summary>Signalled by either.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether the time is over.</summary>
    public bool IsOver => _time.IsCancellationRequested;

    /// <summary>Lets the time run anew, from now.</summary>
    public void Restart(TimeSpan length) => _time.CancelAfter(length);

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _time.Dispose();
    }
}
