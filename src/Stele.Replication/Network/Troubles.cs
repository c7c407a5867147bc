using Stele.Etcd;

namespace Stele.Replication.Network;

/// <summary>Knows what keeps this node from its part in the network, and tells of it once: when it begins, and when it is over.</summary>
/// <param name="tell">Is told of a trouble that begins, and of null when it is over.</param>
/// <param name="patience">How long nobody is told of what an election of etcd's, or the restart of a peer, brings about.</param>
/// <param name="time">The clock.</param>
internal sealed class Troubles(Action<NetworkTrouble?> tell, TimeSpan patience, TimeProvider time)
{
    private readonly Lock _lock = new();
    private NetworkTrouble? _current;
    private bool _isOfWriting;
    private long? _since = time.GetTimestamp();

    /// <summary>What it is at the moment; null while all is well.</summary>
    public NetworkTrouble? Current => Volatile.Read(ref _current);

    /// <summary>Takes note of what went wrong.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="writing">Whether it went wrong while something was to be written, which reading does not disprove.</param>
    public void Met(Exception failure, bool writing)
    {
        var isSurely = failure is EtcdException { Error: EtcdError.Unauthenticated or EtcdError.PermissionDenied };
        if (Of(failure) is { } trouble) Met(trouble, writing, mayPass: !isSurely);
    }

    /// <summary>Takes note of what is wrong.</summary>
    /// <param name="trouble">What it is.</param>
    /// <param name="writing">Whether reading does not disprove it.</param>
    /// <param name="mayPass">Whether it may be over before anybody needs to know.</param>
    public void Met(NetworkTrouble trouble, bool writing, bool mayPass = false)
    {
        lock (_lock)
        {
            _since ??= time.GetTimestamp();
            if (mayPass && time.GetElapsedTime(_since.Value) < patience) return;
            var isNew = _current?.Kind != trouble.Kind;
            (_current, _isOfWriting) = (trouble, writing || (_isOfWriting && !isNew));
            if (isNew) tell(trouble);
        }
    }

    /// <summary>Takes note that something worked.</summary>
    /// <param name="writing">Whether it was written, and not only read.</param>
    public void Worked(bool writing)
    {
        lock (_lock)
        {
            if (_isOfWriting && !writing) return;
            _since = null;
            if (_current is null) return;
            (_current, _isOfWriting) = (null, false);
            tell(null);
        }
    }

    private static NetworkTrouble? Of(Exception failure) => failure switch
    {
        EtcdException { Error: EtcdError.Unauthenticated or EtcdError.PermissionDenied } => new NetworkTrouble(
            TroubleKind.StoreRefuses,
            $"etcd does not let this node in ({failure.Message}). Nodes come without a user: turn etcd's authentication off "
            + "(etcdctl auth disable), and let its client certificates say who may."),
        // Who finds that makes room first, and says so where there is none to make.
        EtcdException { Error: EtcdError.NoSpace } => null,
        EtcdException => new NetworkTrouble(TroubleKind.StoreRefuses, failure.Message),
        EtcdUnavailableException or EtcdOutcomeUnknownException => new NetworkTrouble(
            TroubleKind.StoreUnreachable, "etcd cannot be reached.", failure.Message),
        PeersUnavailableException => new NetworkTrouble(
            TroubleKind.PeersUnavailable, "No other node gives the entries that this one lacks and etcd no longer holds.",
            failure.Message),
        _ => null,
    };
}
