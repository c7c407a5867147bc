using Stele.Nemesis.Faults;
using Stele.Tests.Etcd;

namespace Stele.Nemesis.Ground;

/// <summary>What the processes stand on: how they are started and connected, and what can go wrong between them.</summary>
internal interface IGround : IAsyncDisposable
{
    /// <summary>What can go wrong with the nodes' ways.</summary>
    IReadOnlyList<Fault> NodeFaults { get; }

    /// <summary>What can go wrong with the ways of etcd's members.</summary>
    IReadOnlyList<Fault> EtcdFaults { get; }

    /// <summary>Starts a cluster of etcd.</summary>
    Task<EtcdCluster> StartEtcdAsync();

    /// <summary>Where a node is to run; asked once for each, when etcd is there.</summary>
    NodePlace Place(int node);
}
