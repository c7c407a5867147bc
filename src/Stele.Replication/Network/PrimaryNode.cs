namespace Stele.Replication.Network;

/// <summary>The node that was elected to write.</summary>
/// <param name="NodeId">Its id: lower-case hexadecimal SHA-256 of its public key.</param>
/// <param name="Address">Where other nodes reach it.</param>
/// <param name="View">The view that it writes in.</param>
public sealed record PrimaryNode(string NodeId, Uri Address, View View);
