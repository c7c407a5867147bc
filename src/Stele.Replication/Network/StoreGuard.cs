using Stele.Etcd;
using Stele.Ledger.Files;

namespace Stele.Replication.Network;

/// <summary>Makes sure that etcd is the one that this ledger was ordered by, and lets a node begin another one where it may.</summary>
/// <remarks>
/// An etcd that was lost and made anew, or put back to an older state, would let nodes that do not know better go on from
/// there. So it is refused, by its identity, its revision and its tail, until an operator lets the node with the longest
/// ledger begin the store: then that node's ledger is what etcd has ordered, and the others recognise what it begins.
/// </remarks>
internal sealed class StoreGuard(NetworkOptions options, StoreKeys keys, Replica replica, byte[] key, TimeProvider time)
{
    private const string Advice =
        " A person must decide (see the operations manual): where this etcd is to be used, the node with the longest ledger begins "
        + "it, once, with --begin-store.";

    private static readonly TimeSpan PeersPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly StoreMemory _memory = new(options.StoreFile, time);
    private volatile bool _isChecked;

    /// <summary>Whether this etcd was found to be the right one, so that this node may write there.</summary>
    public bool IsChecked => _isChecked;

    /// <summary>What this node remembers of the store; it must be asked before the store is read that is compared with it.</summary>
    public StoreMemory.Seen? Remembered => _memory.Last;

    /// <summary>Compares what etcd holds with what this node has and remembers.</summary>
    /// <returns>The same, judged.</returns>
    /// <exception cref="StoreMismatchException">It is not the one that this ledger was ordered by.</exception>
    public StoreFound Judge(StoreFound found, StoreMemory.Seen? remembered)
    {
        if (found.Tail is { } tail && tail.Next == replica.Next && tail.Root != replica.Tail.Root)
            throw new StoreMismatchException("What etcd has ordered and this node's ledger are as long, and not the same.");
        var doubt = WhyNot(found, remembered);
        if (doubt is not null && !options.BeginsStore) throw new StoreMismatchException(doubt + Advice);
        if (doubt is null && found.Identity is { } identity)
        {
            _memory.See(identity.Id, found.Revision, found.Term);
            _isChecked = true;
        }
        if (doubt is not null) _isChecked = false;
        return found with { Doubt = doubt };
    }

    /// <summary>Whether this node has all that was ordered, or more.</summary>
    public bool HasAll(StoreFound found) => found.Tail is null || found.Tail.Value.Next <= replica.Next;

    /// <summary>Brings what this node remembers to its disk.</summary>
    public void Flush() => _memory.Flush();

    /// <summary>Takes note of how far the store has come.</summary>
    public void Saw(long revision) => _memory.See(revision);

    /// <summary>As the one that was elected: gives the store its identity, where it has none that this node may go on with.</summary>
    /// <returns>Whether there is a tail in it now; null where this node was deposed.</returns>
    /// <exception cref="StoreMismatchException">Another node's ledger must begin it, or none may.</exception>
    public async Task<bool?> BeginAsync(Term term, StoreFound found, CancellationToken cancel)
    {
        if (found is { Identity: not null, Doubt: null }) return found.Tail is not null;
        if (replica.Next > SeqNo.First)
        {
            await CheckLongestAsync(cancel);
            replica.ForgetAhead();
        }
        string?[] before = [_memory.Last?.Id, found.Identity?.Id, .. found.Identity?.After ?? []];
        var identity = StoreIdentity.Begin(found.Cluster, before.OfType<string>());
        var begun = await options.Etcd.TransactAsync(
            new EtcdTransaction
            {
                If =
                [
                    new EtcdCompare.CreateRevisionIs(keys.Primary, term.Fence),
                    found.Tail is { } old ? new EtcdCompare.ValueIs(keys.Tail, old.ToBytes()) : EtcdCompare.Absent(keys.Tail),
                ],
                // What nodes have on their disks was said of another history.
                Then =
                [
                    new EtcdOperation.Put(keys.Identity, identity.ToBytes()), new EtcdOperation.Delete(keys.AllDurable), .. Tail(found),
                ],
            },
            cancel);
        if (!begun.Succeeded) return null;
        _memory.See(identity.Id, begun.Revision, begun.RaftTerm);
        _isChecked = true;
        return replica.Next > SeqNo.First;
    }

    // What this node's ledger has is what was ordered: who lacks some of it takes it from this node's files.
    private IEnumerable<EtcdOperation> Tail(StoreFound found)
    {
        if (replica.Next == SeqNo.First || found.Tail == replica.Tail) yield break;
        yield return new EtcdOperation.Put(keys.Tail, replica.Tail.ToBytes());
        yield return new EtcdOperation.Delete(keys.BatchesFrom(SeqNo.First));
    }

    private string? WhyNot(StoreFound found, StoreMemory.Seen? remembered)
    {
        var entries = replica.Next.Previous;
        if (found.Tail is null && replica.Next > SeqNo.First)
            return $"This node's ledger has {entries} entries, and etcd knows of none: it is another etcd, or has lost its data.";
        if (found.Identity is { } identity && WhyNot(found, identity, remembered) is { } reason) return reason;
        return found.Tail is { } tail && tail.Next < replica.Next
            ? $"This node's ledger has {entries} entries, and etcd has ordered {tail.Next.Previous}: it was put back to an older state, "
                + "or is another one."
            : null;
    }

    private static string? WhyNot(StoreFound found, StoreIdentity identity, StoreMemory.Seen? remembered)
    {
        if (identity.Cluster != found.Cluster)
            return "What etcd holds was written in another cluster: it was put back from a backup, or copied.";
        if (remembered is not { } last) return null;
        if (last.Id != identity.Id)
            return identity.After.Contains(last.Id)
                ? null
                : "This is another etcd than the one that this node's ledger was ordered by, and does not go on from it.";
        return found.Revision < last.Revision || found.Term < last.Term
            ? $"etcd is at revision {found.Revision} of term {found.Term}, and this node has seen it at {last.Revision} of {last.Term}: "
                + "it was put back to an older state."
            : null;
    }

    // What can still be checked: etcd's last batch is a part of this ledger, and no other node that answers has a longer one.
    private async Task CheckLongestAsync(CancellationToken cancel)
    {
        var last = await options.Etcd.RangeAsync(
            new RangeQuery(keys.BatchesFrom(SeqNo.First)) { FromLast = true, Limit = 1 }, cancel);
        foreach (var one in last.KeyValues)
        {
            var batch = Open(one.Value);
            for (var i = 0; i < batch.Entries.Count; i++)
                if (replica.Bytes(new SeqNo(batch.First.Value + i)) is not { } own || !batch.Entries[i].Span.SequenceEqual(own))
                    throw new StoreMismatchException(
                        $"etcd's last batch, from entry {batch.First} on, is no part of this node's ledger: others have gone on "
                        + "without it.");
        }
        await CheckPeersAsync(cancel);
    }

    private SealedBatch Open(ReadOnlyMemory<byte> value)
    {
        try
        {
            return SealedBatch.Open(value, key);
        }
        catch (FormatException fault)
        {
            throw new LedgerCorruptException("etcd", 0, null, fault.Message);
        }
    }

    // Nodes that start at the same time are waited for; one that does not answer may be away for good, and a person is told.
    private async Task CheckPeersAsync(CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var silent = options.Peers.All().ToList();
        while (true)
        {
            foreach (var peer in silent.ToList())
            {
                if (await EndOfAsync(peer, cancel) is not { } end) continue;
                if (end >= replica.Next)
                    throw new StoreMismatchException(
                        $"Another node's ledger is longer than this one's {replica.Next.Previous} entries: that of {peer.Name}, with "
                        + $"{end}. Let that one begin the store.");
                silent.Remove(peer);
            }
            if (silent.Count == 0) return;
            if (time.GetElapsedTime(began) > PeersPatience) break;
            await Task.Delay(Pause, time, cancel);
        }
        options.Tells(
            "This node begins the store without an answer of " + string.Join(", ", silent.Select(peer => peer.Name))
            + ": what only they have is lost.");
    }

    private static async Task<SeqNo?> EndOfAsync(IPeer peer, CancellationToken cancel)
    {
        try
        {
            return await peer.EndAsync(cancel);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
