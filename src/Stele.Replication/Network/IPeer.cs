namespace Stele.Replication.Network;

/// <summary>Another node of the network. Nothing that it gives is believed before it is verified.</summary>
public interface IPeer
{
    /// <summary>Its name for a log: where it is reached.</summary>
    string Name { get; }

    /// <summary>Reads the ledger's entries as they stand in its files.</summary>
    /// <param name="first">The first entry wanted.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>The entries' bytes in order, none left out, as far as the peer has them.</returns>
    /// <exception cref="IOException">The peer cannot be reached, or the reading was cut off.</exception>
    IAsyncEnumerable<ReadOnlyMemory<byte>> EntriesAsync(SeqNo first, CancellationToken cancel);

    /// <summary>The last entry of its ledger, or 0; told also by one that has stopped following.</summary>
    /// <exception cref="IOException">The peer cannot be reached, or gave no such answer.</exception>
    Task<SeqNo> EndAsync(CancellationToken cancel);

    /// <summary>The closed ledger files that hold an entry or what is behind it, in order, up to some number of them.</summary>
    /// <exception cref="IOException">The peer cannot be reached, or gave no such list.</exception>
    Task<IReadOnlyList<PeerFile>> LedgerFilesAsync(SeqNo from, CancellationToken cancel);

    /// <summary>The snapshots, the newest first.</summary>
    /// <exception cref="IOException">The peer cannot be reached, or gave no such list.</exception>
    Task<IReadOnlyList<PeerFile>> SnapshotsAsync(CancellationToken cancel);

    /// <summary>Reads a file that one of the lists has named.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">The first byte wanted.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="IOException">The peer cannot be reached, or has the file no longer.</exception>
    Task<Stream> ReadAsync(PeerFile file, long offset, CancellationToken cancel);
}

/// <summary>A file that a peer says it has.</summary>
/// <param name="Name">Its name, as it stands in the peer's directory.</param>
/// <param name="Size">Its size in bytes.</param>
public sealed record PeerFile(string Name, long Size);
