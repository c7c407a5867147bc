using Stele.Etcd;

namespace Stele.Replication.Network;

/// <summary>Keeps etcd small: what every node has on its own disk is deleted, and past a bound nothing more is put.</summary>
/// <remarks>
/// <para>Deleted is what all trusted nodes have; once this ledger fills half of its bound, what a majority of them has: a node
/// that was away for longer gets it from a peer's files.</para>
/// <para>What this ledger holds there is counted batch by batch, since others may use the same etcd. What all of them hold
/// together has a bound of its own, well below the quota that etcd must have.</para>
/// </remarks>
internal sealed class StoreRoom(NetworkOptions options, StoreKeys keys, Replica replica, Troubles troubles, TimeProvider time)
{
    // etcd's quota must be at least that many times a ledger's bound.
    private const int QuotaFactor = 4;

    // A page of keys without values.
    private const int KeysAtATime = 5000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Where there was nothing to gain, it is looked again less often.
    private static readonly TimeSpan PauseWhileFull = TimeSpan.FromSeconds(3);

    private readonly FullStore _full = new(options.Etcd);
    private readonly BatchesHeld _held = new();

    // What the whole of etcd had in use when it was last asked.
    private long _inUse;

    // What etcd was told to forget, and has not freed yet; 0 where there is nothing.
    private long _compacted;

    // The store's newest revision that anything was answered with in this term.
    private long _revision;

    /// <summary>Why there is no room; null while there is some.</summary>
    public string? Trouble => troubles.Current?.Reason;

    private bool HasRoom => _held.Bytes <= options.StoreBytesMax && Volatile.Read(ref _inUse) / QuotaFactor <= options.StoreBytesMax;

    /// <summary>Notes that a batch was put.</summary>
    public void Take(SeqNo first, int bytes) => _held.Add(first, bytes);

    /// <summary>Notes how far the store has come.</summary>
    public void Saw(long revision)
    {
        for (var known = Volatile.Read(ref _revision); known < revision; known = Volatile.Read(ref _revision))
            Interlocked.CompareExchange(ref _revision, revision, known);
    }

    /// <summary>Looks at what is there, before anything more is put.</summary>
    public async Task BeginAsync(CancellationToken cancel)
    {
        var firsts = new List<SeqNo>();
        for (var from = SeqNo.First; ; from = firsts[^1].Next)
        {
            var page = await options.Etcd.RangeAsync(
                new RangeQuery(keys.BatchesFrom(from)) { KeysOnly = true, Limit = KeysAtATime }, cancel);
            Saw(page.Revision);
            firsts.AddRange(page.KeyValues.Select(one => keys.FirstOf(one.Key)).OfType<SeqNo>());
            if (!page.More || firsts.Count == 0) break;
        }
        for (var i = 0; i < firsts.Count; i++)
        {
            // A batch holds its entries as this node's own files do.
            var end = i + 1 < firsts.Count ? replica.BytesFrom(firsts[i + 1]) : 0;
            _held.Add(firsts[i], replica.BytesFrom(firsts[i]) - end + SealedBatch.Overhead);
        }
    }

    /// <summary>Waits until there is room for a batch.</summary>
    /// <exception cref="NotOrderedException">There is none, and none comes.</exception>
    public async Task WhenThereAsync(CancellationToken lost)
    {
        var started = time.GetTimestamp();
        while (!HasRoom)
        {
            if (lost.IsCancellationRequested) throw new DeposedException();
            if (time.GetElapsedTime(started) > Patience) throw new NotOrderedException(HasNone().Reason);
            await Task.Delay(Interval / 10, time, CancellationToken.None);
        }
    }

    /// <summary>Trims for as long as this node leads.</summary>
    /// <exception cref="StoreMismatchException">etcd has lost what it had: an idle primary would not notice.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Interval, time, stop);
                var status = await StatusAsync(stop);
                Volatile.Write(ref _inUse, status.DatabaseBytesInUse);
                if (!status.HasNoSpace) await KeepSmallAsync(stop);
                else if (!await TryReopenAsync(stop)) await Task.Delay(PauseWhileFull, time, stop);
            }
            catch (Exception failure) when (failure is EtcdUnavailableException or EtcdException or EtcdOutcomeUnknownException
                or OperationCanceledException)
            {
                // Another try in its turn.
                troubles.Met(failure, writing: true);
            }
        }
    }

    /// <summary>Waits, for as long as trimming goes on, until there is room for a batch.</summary>
    public async Task WhenThereAsync(Task trimming, CancellationToken cancel)
    {
        while (!HasRoom && !trimming.IsCompleted) await Task.Delay(Interval / 10, time, cancel);
    }

    /// <summary>Makes room in an etcd that takes no more writes for want of it, as far as that is in this ledger's hands.</summary>
    /// <returns>Whether it takes writes again.</returns>
    public async Task<bool> TryReopenAsync(CancellationToken cancel)
    {
        await TrimAsync(isFull: true, cancel);
        if (await _full.TryReopenAsync(cancel)) return true;
        var status = await StatusAsync(cancel);
        troubles.Met(
            new NetworkTrouble(
                TroubleKind.StoreFull,
                $"etcd has no space left: {status.DatabaseBytesInUse} bytes are in use, of which {_held.Bytes} are batches of this ledger "
                + "that nodes still need. Delete what else is there, compact and defragment, or give etcd a larger quota; then "
                + "let it write again: etcdctl alarm disarm."),
            writing: true);
        return false;
    }

    private async Task KeepSmallAsync(CancellationToken cancel)
    {
        if (!await TrimAsync(isFull: false, cancel)) await TellAsync(cancel);
        if (HasRoom) troubles.Worked(writing: true);
        else troubles.Met(HasNone(), writing: true);
    }

    private NetworkTrouble HasNone()
    {
        var (held, inUse) = (_held.Bytes, Volatile.Read(ref _inUse));
        return new NetworkTrouble(TroubleKind.StoreFull, held > options.StoreBytesMax
            ? $"etcd holds {held} bytes of this ledger, more than {options.StoreBytesMax}, and too few nodes have them on their "
                + "disks: start those that are missing, or retire them, with a larger --etcd-bytes-max for as long as that takes."
            : $"etcd holds {inUse} bytes in all, more than {QuotaFactor} times the {options.StoreBytesMax} that this ledger may take, "
                + $"and {held} are this ledger's: make room there, or give both a larger bound.");
    }

    // As one member that can be reached says: all hold the same.
    private async Task<MemberStatus> StatusAsync(CancellationToken cancel)
    {
        for (var member = 0; ; member++)
        {
            try
            {
                return await options.Etcd.StatusAsync(options.Etcd.Endpoints[member], cancel);
            }
            catch (EtcdUnavailableException) when (member + 1 < options.Etcd.Endpoints.Count)
            {
                // The next one.
            }
        }
    }

    private async Task<bool> TrimAsync(bool isFull, CancellationToken cancel)
    {
        var (had, revision) = await HadByAsync(cancel);
        var all = had.Count == 0 ? SeqNo.None : had[0];
        var majority = had.Count == 0 ? SeqNo.None : had[(had.Count - 1) / 2];
        var end = isFull || _held.Bytes > options.StoreBytesMax / 2 ? majority : all;
        if (_held.FirstNeeded(end) is not { } first)
        {
            // Not one byte of this ledger's can go; what was overwritten since the last time still takes space.
            if (isFull) await CompactAsync(revision, isFull, cancel);
            return false;
        }
        var deleted = await options.Etcd.DeleteRangeAsync(keys.BatchesBefore(first), cancel);
        await CompactAsync(deleted.Revision, isFull, cancel);
        // Not before both are done: either can fail, or its answer be lost, and is tried again then.
        _held.Gone(first);
        return true;
    }

    private async Task CompactAsync(long revision, bool physical, CancellationToken cancel)
    {
        try
        {
            await options.Etcd.CompactAsync(revision, physical, cancel);
        }
        catch (EtcdException done) when (done.Error == EtcdError.Compacted)
        {
            // By the try before this one, whose answer was lost.
        }
        _compacted = revision;
    }

    // What a compaction has freed counts as free only with the next write, and an idle ledger makes none.
    private async Task TellAsync(CancellationToken cancel)
    {
        if (_compacted == 0) return;
        await options.Etcd.PutAsync(new EtcdOperation.Put(keys.Compacted, StoreKeys.Number(_compacted)), cancel);
        _compacted = 0;
    }

    // How far the disks of the trusted nodes have come, the least first.
    private async Task<(List<SeqNo> Had, long Revision)> HadByAsync(CancellationToken cancel)
    {
        var seen = Volatile.Read(ref _revision);
        var found = await options.Etcd.RangeAsync(new RangeQuery(keys.AllDurable), cancel);
        if (found.Revision < seen)
            throw new StoreMismatchException($"etcd was at revision {seen} and is at {found.Revision}: it was put back to an older state.");
        Saw(found.Revision);
        var durable = found.KeyValues.ToDictionary(one => keys.NodeOf(one.Key), one => StoreKeys.SeqNoOf(one.Value));
        // A full etcd takes no word from anybody; of itself, this node knows.
        durable[options.NodeId] = replica.OnDisk;
        return ([.. options.TrustedNodes(replica.State.Tables).Select(node => durable.GetValueOrDefault(node)).Order()], found.Revision);
    }
}
