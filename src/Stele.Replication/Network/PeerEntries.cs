using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;

namespace Stele.Replication.Network;

/// <summary>Takes entries from peers: only what a signature covers that verifies, and from another where one gives none.</summary>
internal sealed class PeerEntries(PeersInTurn peers, Replica replica)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const int EntriesAtATime = 1000;

    // More than stands between two signatures of any ledger, and still bounded.
    private const long UnsignedBytesMax = 256 << 20;

    /// <summary>Takes what a peer has behind this node's last entry.</summary>
    /// <param name="told">Is called each time that something was taken.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>Whether anything was taken.</returns>
    /// <exception cref="PeersUnavailableException">No peer could be asked.</exception>
    public async Task<bool> TakeAsync(Action told, CancellationToken cancel)
    {
        PeersUnavailableException? unavailable = null;
        var began = replica.Next;
        foreach (var peer in peers.Willing())
        {
            try
            {
                await TakeFromAsync(peer, told, cancel);
            }
            catch (LedgerCorruptException bad)
            {
                peers.Leave(peer, bad.Reason);
            }
            catch (Exception failure) when (failure is IOException
                || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                unavailable = new PeersUnavailableException($"{peer.Name} gave no more entries: {failure.Message}", failure);
            }
            // What the peer gave may have led astray; what is wrong with this node's own files is none of the peers' faults.
            replica.Resume();
            if (replica.Next > began) return true;
        }
        return unavailable is null ? false : throw unavailable;
    }

    private async Task TakeFromAsync(IPeer peer, Action told, CancellationToken cancel)
    {
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        quiet.CancelAfter(Patience);
        await using var stream = peer.EntriesAsync(replica.Next, quiet.Token).GetAsyncEnumerator(quiet.Token);
        var entries = new List<ReadOnlyMemory<byte>>();
        var (signed, bytes) = (0, 0L);
        while (await stream.MoveNextAsync())
        {
            quiet.CancelAfter(Patience);
            entries.Add(stream.Current);
            bytes += stream.Current.Length;
            if (IsSignature(stream.Current)) signed = entries.Count;
            if (signed == entries.Count && signed >= EntriesAtATime) Take();
            else if (bytes > UnsignedBytesMax) throw Bad($"it gave {bytes} bytes of entries without a signature");
        }
        // Of what no signature covers yet, etcd will tell, or the next reading.
        if (signed > 0) Take();

        void Take()
        {
            replica.Take(entries.Take(signed), endSigned: true);
            told();
            entries.Clear();
            (signed, bytes) = (0, 0);
        }
    }

    private bool IsSignature(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return SignatureRecord.IsSignature(LedgerEntry.Parse(bytes));
        }
        catch (FormatException fault)
        {
            throw Bad(fault.Message);
        }
    }

    private LedgerCorruptException Bad(string reason) => new("a peer's entries", 0, replica.Next, reason);
}
