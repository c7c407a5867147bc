using Stele.Etcd;
using Stele.Ledger.Files;

namespace Stele.Replication.Network;

/// <summary>Takes what others have ordered, as etcd tells it, and from peers what etcd no longer holds.</summary>
/// <remarks>
/// What a watch says is a hint, the batches' own seqnos and digests are the truth: wherever they do not follow one another
/// the store is read again, from where this node stands.
/// </remarks>
internal sealed class Following(
    NetworkOptions options, StoreKeys keys, Replica replica, StoreGuard guard, byte[] key, Troubles troubles, TimeProvider time)
{
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(10);

    // Time for a member that merely lags to come to where the others are.
    private static readonly TimeSpan RecheckOfBehind = TimeSpan.FromMilliseconds(500);

    // Each up to 1.5 MB, and a third more as JSON.
    private const int BatchesAtATime = 12;

    private readonly PeerEntries _peers = new(new PeersInTurn(options, time), replica);

    /// <summary>Who writes, as etcd last said; null while nobody does.</summary>
    public PrimaryNode? Primary { get; private set; }

    /// <summary>Whether this node had all that was ordered when it last looked.</summary>
    public bool IsCaughtUp { get; private set; }

    /// <summary>Follows the primary, and those after it, until nobody is primary and this node has all that there is.</summary>
    public async Task UntilVacantAsync(CancellationToken stop)
    {
        while (true)
        {
            var revision = (await CatchUpAsync(stop)).Revision;
            // Who was elected has written.
            troubles.Worked(writing: Primary is not null);
            if (Primary is null) return;
            await WatchAsync(revision + 1, stop);
            if (Primary is null) return;
        }
    }

    /// <summary>Takes everything that has been ordered.</summary>
    /// <returns>What stands in the store then.</returns>
    /// <exception cref="StoreMismatchException">The store is not the one that this ledger was ordered by.</exception>
    public async Task<StoreFound> CatchUpAsync(CancellationToken cancel)
    {
        replica.Resume();
        while (true)
        {
            var remembered = guard.Remembered;
            var read = await options.Etcd.TransactAsync(
                new EtcdTransaction
                {
                    Then =
                    [
                        new EtcdOperation.Range(new RangeQuery(KeyRange.One(keys.Tail))),
                        new EtcdOperation.Range(new RangeQuery(KeyRange.One(keys.Identity))),
                        new EtcdOperation.Range(new RangeQuery(KeyRange.One(keys.Primary))),
                        new EtcdOperation.Range(new RangeQuery(keys.BatchesFrom(replica.Next)) { Limit = BatchesAtATime }),
                    ],
                },
                cancel);
            var found = guard.Judge(StoreFound.Of(read), remembered);
            Elected(((RangeResult)read.Results[2]).KeyValues);
            if (guard.HasAll(found))
            {
                Told();
                IsCaughtUp = true;
                return found;
            }
            var before = replica.Next;
            TakeInOrder(((RangeResult)read.Results[3]).KeyValues.Select(one => (one.Key, one.Value)));
            if (replica.Next == before)
            {
                IsCaughtUp = false;
                await FillGapAsync(found.Tail!.Value, cancel);
            }
            Told();
        }
    }

    // A store that has lost its data says nothing to who waits for what it has not come to yet: now and then it is read again.
    private async Task WatchAsync(long from, CancellationToken stop)
    {
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(stop);
        quiet.CancelAfter(Recheck);
        try
        {
            await foreach (var update in options.Etcd.WatchAsync(keys.All, from, quiet.Token))
            {
                if (update is WatchUpdate.Compacted or WatchUpdate.Canceled || !TakeTold(update)) return;
                quiet.CancelAfter(update is WatchUpdate.Behind ? RecheckOfBehind : Recheck);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Quiet for long enough.
        }
    }

    // Whether to go on listening: nothing is missing, and somebody is primary.
    private bool TakeTold(WatchUpdate update)
    {
        if (update is not WatchUpdate.Events events) return true;
        var isInOrder = TakeInOrder(events.Changes.OfType<KeyEvent.Put>().Select(put => (put.KeyValue.Key, put.KeyValue.Value)));
        Told();
        foreach (var change in events.Changes) Elected(change);
        // Another store has begun: whether it is this ledger's is to be judged first.
        if (events.Changes.OfType<KeyEvent.Put>().Any(put => StoreKeys.Is(put.KeyValue.Key, keys.Identity))) return false;
        return isInOrder && Primary is not null;
    }

    // Whether none is missing before them. What this node has already, and what is no batch, is passed over.
    private bool TakeInOrder(IEnumerable<(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)> found)
    {
        foreach (var (name, value) in found)
        {
            if (keys.FirstOf(name) is not { } first || first < replica.Next) continue;
            if (first > replica.Next) return false;
            Take(Open(value, first), skip: 0);
        }
        return true;
    }

    private SealedBatch Open(ReadOnlyMemory<byte> value, SeqNo first)
    {
        try
        {
            var batch = SealedBatch.Open(value, key);
            if (batch.First != first) throw new FormatException($"It begins with {batch.First}, not with {first}.");
            return batch;
        }
        catch (FormatException fault)
        {
            throw new LedgerCorruptException("etcd", 0, first, fault.Message);
        }
    }

    private void Take(SealedBatch batch, int skip)
    {
        if (skip == 0 && batch.Before != replica.Tail.Root)
            throw new StoreMismatchException(
                $"What etcd has ordered from entry {batch.First} on does not go on from this node's ledger: its history is another one.");
        for (var i = 0; i < skip; i++)
            if (!batch.Entries[i].Span.SequenceEqual(replica.Bytes(new SeqNo(batch.First.Value + i))))
                throw new StoreMismatchException(
                    $"Entry {batch.First.Value + i} is another one in etcd than in this node's ledger: its history is another one.");
        replica.Take(batch.Entries.Skip(skip));
    }

    private async Task FillGapAsync(StoreTail tail, CancellationToken cancel)
    {
        // The end of what this node had may lie within a batch: the power can fail between any two entries.
        var before = await options.Etcd.RangeAsync(
            new RangeQuery(keys.BatchesBefore(replica.Next)) { FromLast = true, Limit = 1 }, cancel);
        if (before.KeyValues.Count > 0 && keys.FirstOf(before.KeyValues[0].Key) is { } first)
        {
            var batch = Open(before.KeyValues[0].Value, first);
            if (batch.Next > replica.Next)
            {
                Take(batch, skip: (int)(replica.Next.Value - first.Value));
                return;
            }
        }
        if (!await _peers.TakeAsync(Told, cancel) && replica.Next < tail.Next)
            throw new PeersUnavailableException("No peer has the entries that etcd no longer holds.");
    }

    private void Told()
    {
        replica.Confirm();
        replica.Arrived();
    }

    private void Elected(IReadOnlyList<KeyValue> found) => Primary = found.Count == 0 ? null : Election.Parse(found[0].Value);

    private void Elected(KeyEvent change)
    {
        switch (change)
        {
            case KeyEvent.Put put when StoreKeys.Is(put.KeyValue.Key, keys.Primary):
                Primary = Election.Parse(put.KeyValue.Value);
                break;
            case KeyEvent.Deleted deleted when StoreKeys.Is(deleted.Key, keys.Primary):
                Primary = null;
                break;
        }
    }
}
