namespace Stele.Replication.Network;

/// <summary>This node's own copy of the ledger could not be written: it can neither follow nor lead any more.</summary>
internal sealed class ReplicaFailedException(Exception cause)
    : Exception($"Its own copy of the ledger cannot be written: {cause.Message}", cause);
