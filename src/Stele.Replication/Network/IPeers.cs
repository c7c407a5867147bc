namespace Stele.Replication.Network;

/// <summary>The other nodes of the network, for what etcd no longer holds.</summary>
public interface IPeers
{
    /// <summary>Those that may be asked at the moment, in the order in which to ask them.</summary>
    IReadOnlyList<IPeer> All();
}
