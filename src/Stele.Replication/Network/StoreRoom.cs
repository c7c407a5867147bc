using Stele.Etcd;
using Stele.Ledger.Files;

namespace Stele.Replication.Network;

/// <summary>Keeps etcd small: what every node has on its own disk is deleted, and past a bound nothing more is put.</summary>
/// <remarks>
/// Deleted is what all trusted nodes have; once etcd is half full, what a majority of them has: a node that was away for
/// longer gets it from a peer's files.
/// </remarks>
internal sealed class StoreRoom(NetworkOptions options, StoreKeys keys, Replica replica, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A page of keys without values.
    private const int KeysAtATime = 5000;

    private readonly Lock _lock = new();

    // The first entries of the batches in etcd, in order.
    private readonly Queue<SeqNo> _batches = new();
    private long _taken;
    private long _held;

    // Batches before it are not needed, but may still stand there: a deletion or a compaction can fail half-way.
    private SeqNo? _needed;
    private long _compacted;

    /// <summary>The bytes that etcd holds, about.</summary>
    public long Bytes => Volatile.Read(ref _held) + Volatile.Read(ref _taken);

    /// <summary>Notes that a batch was put.</summary>
    public void Take(SeqNo first, int bytes)
    {
        Interlocked.Add(ref _taken, bytes);
        lock (_lock) _batches.Enqueue(first);
    }

    /// <summary>Looks at what is there, before anything more is put.</summary>
    public async Task BeginAsync(CancellationToken cancel)
    {
        await MeasureAsync(cancel);
        for (var from = SeqNo.First; ;)
        {
            var page = await options.Etcd.RangeAsync(
                new RangeQuery(keys.BatchesFrom(from)) { KeysOnly = true, Limit = KeysAtATime }, cancel);
            foreach (var one in page.KeyValues)
                if (keys.FirstOf(one.Key) is { } first) _batches.Enqueue(from = first);
            if (!page.More) return;
            from = from.Next;
        }
    }

    /// <summary>Waits until there is room for a batch.</summary>
    /// <exception cref="WriteRefusedException">There is none, and none comes.</exception>
    public async Task WhenThereAsync(CancellationToken lost)
    {
        var started = time.GetTimestamp();
        while (Bytes > options.StoreBytesMax)
        {
            if (lost.IsCancellationRequested) throw new DeposedException();
            if (time.GetElapsedTime(started) > Patience)
                throw new WriteRefusedException(new IOException(
                    $"etcd holds {Bytes} bytes, more than {options.StoreBytesMax}, and too few nodes have them on their disks."));
            await Task.Delay(Interval / 10, time, CancellationToken.None);
        }
    }

    /// <summary>Trims for as long as this node leads.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Interval, time, stop);
                await MeasureAsync(stop);
                if (!await TrimAsync(stop)) await TellAsync(stop);
            }
            catch (Exception failure) when (failure is EtcdUnavailableException or EtcdException or EtcdOutcomeUnknownException
                or OperationCanceledException)
            {
                // Another try in its turn.
            }
        }
    }

    private async Task MeasureAsync(CancellationToken cancel)
    {
        var before = Volatile.Read(ref _taken);
        Volatile.Write(ref _held, await HeldAsync(cancel));
        Interlocked.Add(ref _taken, -before);
    }

    // As one member that can be reached says: all hold the same.
    private async Task<long> HeldAsync(CancellationToken cancel)
    {
        for (var member = 0; ; member++)
        {
            try
            {
                return (await options.Etcd.StatusAsync(options.Etcd.Endpoints[member], cancel)).DatabaseBytesInUse;
            }
            catch (EtcdUnavailableException) when (member + 1 < options.Etcd.Endpoints.Count)
            {
                // The next one.
            }
        }
    }

    private async Task<bool> TrimAsync(CancellationToken cancel)
    {
        var had = await HadByAsync(cancel);
        var all = had.Count == 0 ? SeqNo.None : had[0];
        var majority = had.Count == 0 ? SeqNo.None : had[(had.Count - 1) / 2];
        var end = Bytes > options.StoreBytesMax / 2 ? majority : all;
        _needed = WholeUpTo(end) ?? _needed;
        if (_needed is not { } first) return false;
        var deleted = await options.Etcd.DeleteRangeAsync(keys.BatchesBefore(first), cancel);
        await CompactAsync(deleted.Revision, cancel);
        _needed = null;
        return true;
    }

    private async Task CompactAsync(long revision, CancellationToken cancel)
    {
        try
        {
            await options.Etcd.CompactAsync(revision, physical: false, cancel);
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

    // The first batch that is still needed; null where all are. The last one of all stays.
    private SeqNo? WholeUpTo(SeqNo end)
    {
        lock (_lock)
        {
            SeqNo? needed = null;
            while (_batches.Count > 1 && _batches.ElementAt(1) <= end.Next)
            {
                _batches.Dequeue();
                needed = _batches.Peek();
            }
            return needed;
        }
    }

    // How far the disks of the trusted nodes have come, the least first.
    private async Task<List<SeqNo>> HadByAsync(CancellationToken cancel)
    {
        var found = await options.Etcd.RangeAsync(new RangeQuery(keys.AllDurable), cancel);
        var durable = found.KeyValues.ToDictionary(one => keys.NodeOf(one.Key), one => StoreKeys.SeqNoOf(one.Value));
        return [.. options.TrustedNodes(replica.State.Tables).Select(node => durable.GetValueOrDefault(node)).Order()];
    }
}
