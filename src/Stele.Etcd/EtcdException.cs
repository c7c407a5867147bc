namespace Stele.Etcd;

/// <summary>
/// etcd refused a request and said why. A refused write was not taken; but see <see cref="EtcdError.NoSpace"/>.
/// </summary>
public sealed class EtcdException(EtcdError error, string message) : Exception($"etcd: {message}")
{
    /// <summary>Why.</summary>
    public EtcdError Error { get; } = error;
}
