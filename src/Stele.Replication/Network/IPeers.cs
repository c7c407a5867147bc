namespace Stele.Replication.Network;

/// <summary>The other nodes of the network, for what etcd no longer holds.</summary>
public interface IPeers
{
    /// <summary>Reads the ledger's entries, as they stand in its files, from a peer that has them.</summary>
    /// <param name="first">The first entry wanted.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>The entries' bytes in order, none left out, as far as the peer has them: all of it is verified by who asks.</returns>
    /// <exception cref="IOException">No peer that has them can be reached, or the reading was cut off.</exception>
    IAsyncEnumerable<ReadOnlyMemory<byte>> EntriesAsync(SeqNo first, CancellationToken cancel);
}
