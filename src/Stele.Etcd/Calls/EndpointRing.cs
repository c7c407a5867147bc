namespace Stele.Etcd.Calls;

/// <summary>The members' addresses, and which one is used: the same until it fails, then the next.</summary>
internal sealed class EndpointRing(IReadOnlyList<Uri> endpoints)
{
    private int _current;

    /// <summary>How many there are.</summary>
    public int Count => endpoints.Count;

    /// <summary>The one in use.</summary>
    public Uri Current => endpoints[Volatile.Read(ref _current)];

    /// <summary>Goes on to the next, unless another call has left this one already.</summary>
    public void Leave(Uri endpoint)
    {
        var current = Volatile.Read(ref _current);
        if (endpoints[current] == endpoint)
            Interlocked.CompareExchange(ref _current, (current + 1) % endpoints.Count, current);
    }
}
