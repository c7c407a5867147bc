namespace Stele.Replication.Network;

/// <summary>etcd does not hold the history that this node's ledger is a part of: a person must decide.</summary>
public sealed class StoreMismatchException(string message) : Exception(message);
