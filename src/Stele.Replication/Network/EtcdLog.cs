using Stele.Cryptography.Merkle;
using Stele.Etcd;
using Stele.Ledger.Tables;
using Stele.Replication.Log;

namespace Stele.Replication.Network;

/// <summary>
/// <em>Before this:</em> the sequencer, with a sealed batch. <em>Here:</em> etcd puts the batch behind the one before it, on a
/// majority of its members' disks, if this node is still the one that was elected. <em>Next:</em> this node's own files, and
/// every other node, which watches.
/// </summary>
/// <remarks>
/// One transaction for each batch compares the election key's create revision, so that a deposed primary writes nothing, and
/// the tail, so that there is one history without gaps. Where no answer came, the batch's own key tells what became of it: as
/// long as the tail has not moved the same transaction may be sent again, and once the election key is another's it can no
/// longer succeed.
/// </remarks>
internal sealed class EtcdLog : ILedgerLog
{
    // etcd takes requests of 1.5 MiB; a batch has its keys, the comparisons and the new tail beside it.
    private const int PartBytesMax = 1_500_000;

    // How long to find out what became of a batch: longer than a cluster takes to elect a leader of its own.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly EtcdClient _etcd;
    private readonly StoreKeys _keys;
    private readonly Term _term;
    private readonly Replica _replica;
    private readonly StoreRoom _room;
    private readonly Func<bool> _mayLead;
    private readonly MerkleTree _tree;
    private readonly byte[] _key;
    private readonly TimeProvider _time;
    private LedgerTables? _tablesSeen;
    private StoreTail _tail;
    private bool _isFirst;

    // Whether an attempt at the batch in hand was left without an answer.
    private bool _mayBeOnItsWay;
    private bool _isFull;

    /// <summary>A log that goes on where the store does.</summary>
    /// <param name="etcd">The store.</param>
    /// <param name="keys">The ledger's keys in it.</param>
    /// <param name="term">For how long, and under which fence.</param>
    /// <param name="isFirst">Whether the store has no batch yet.</param>
    /// <param name="replica">This node's own copy, which has everything that was ordered.</param>
    /// <param name="room">What keeps the store small.</param>
    /// <param name="mayLead">Whether this node may write, by what its ledger says now.</param>
    /// <param name="key">What batches are sealed with.</param>
    /// <param name="time">The clock.</param>
    public EtcdLog(
        EtcdClient etcd, StoreKeys keys, Term term, bool isFirst, Replica replica, StoreRoom room, Func<bool> mayLead, byte[] key,
        TimeProvider time)
    {
        (_etcd, _keys, _term, _isFirst, _replica, _room) = (etcd, keys, term, isFirst, replica, room);
        (_mayLead, _key, _time) = (mayLead, key, time);
        _tree = replica.Tree;
        _tail = replica.Tail;
    }

    /// <inheritdoc/>
    /// <exception cref="DeposedException">Nothing of it was taken, nor will be: another node writes.</exception>
    /// <exception cref="NotOrderedException">Nothing of it was taken, nor will be: etcd refuses.</exception>
    /// <exception cref="StoreSilentException">Whether it was taken cannot be known.</exception>
    /// <exception cref="ReplicaFailedException">It was taken, and this node's own disk refuses it.</exception>
    public async Task AppendAsync(Batch batch, bool mayBlock)
    {
        RefuseWhenRetired();
        await _room.WhenThereAsync(_term.Lost);
        var ordered = 0;
        while (ordered < batch.Entries.Count)
        {
            var count = PartFrom(batch, ordered);
            try
            {
                await OrderAsync([.. batch.Entries.Skip(ordered).Take(count)]);
            }
            catch (Exception failure) when (ordered > 0)
            {
                throw new StoreSilentException("A part of the batch was ordered, and the rest was not.", failure);
            }
            ordered += count;
        }
        _replica.Write(batch);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // A signature stands in a later batch than what it signs: behind its own retirement this node signs nothing.
    private void RefuseWhenRetired()
    {
        var tables = _replica.State.Tables;
        if (ReferenceEquals(tables, _tablesSeen)) return;
        if (!_mayLead()) throw new DeposedException();
        _tablesSeen = tables;
    }

    private static int PartFrom(Batch batch, int start)
    {
        var end = start;
        for (long bytes = 0; end < batch.Entries.Count; end++)
        {
            bytes += batch.Entries[end].Encoded.Bytes.Length;
            if (end > start && bytes > PartBytesMax) break;
        }
        return end - start;
    }

    private async Task OrderAsync(List<BatchEntry> entries)
    {
        var batch = SealedBatch.Seal(_tail, [.. entries.Select(entry => entry.Encoded.Bytes)], _key);
        var next = Behind(entries);
        var write = new EtcdTransaction
        {
            If =
            [
                new EtcdCompare.CreateRevisionIs(_keys.Primary, _term.Fence),
                _isFirst ? EtcdCompare.Absent(_keys.Tail) : new EtcdCompare.ValueIs(_keys.Tail, _tail.ToBytes()),
            ],
            Then = [new EtcdOperation.Put(_keys.Batch(_tail.Next), batch), new EtcdOperation.Put(_keys.Tail, next.ToBytes())],
        };
        var started = _time.GetTimestamp();
        (_mayBeOnItsWay, _isFull) = (false, false);
        while (!await TryAsync(write, batch))
        {
            // Where the room has found nothing to gain in a full etcd, nothing comes by waiting.
            var isHopeless = _isFull && _room.Trouble is not null;
            if (isHopeless || _time.GetElapsedTime(started) > Patience) throw NotOrdered();
            await Task.Delay(Pause, _time);
        }
        _room.Take(_tail.Next, batch.Length);
        (_tail, _isFirst) = (next, false);
    }

    private StoreTail Behind(List<BatchEntry> entries)
    {
        foreach (var entry in entries)
        {
            _tree.Append(entry.Encoded.Leaf);
            if (entry.IsSignature) _tree.Forget(entry.Encoded.Id.SeqNo.Value);
        }
        return new StoreTail(new SeqNo(_tree.LeafCount), _tree.Root);
    }

    private Exception NotOrdered()
    {
        const string reason = "etcd has not ordered a batch, for too long";
        return _mayBeOnItsWay
            ? new StoreSilentException($"{reason}, and may still do so.")
            : new NotOrderedException(_room.Trouble ?? $"{reason}.");
    }

    private async Task<bool> TryAsync(EtcdTransaction write, byte[] batch)
    {
        try
        {
            var result = await _etcd.TransactAsync(write);
            if (result.Succeeded) _room.Saw(result.Revision);
            return result.Succeeded || await WasOrderedAsync(batch);
        }
        catch (EtcdOutcomeUnknownException)
        {
            _mayBeOnItsWay = true;
            return await WasOrderedAsync(batch);
        }
        catch (EtcdUnavailableException)
        {
            return _term.Lost.IsCancellationRequested && await WasOrderedAsync(batch);
        }
        catch (EtcdException full) when (full.Error == EtcdError.NoSpace)
        {
            // A member may find out that there is no space left when it has taken what it refuses. It is decided by now.
            _isFull = true;
            return await WasOrderedAsync(batch, isDecided: true);
        }
        catch (EtcdException busy) when (busy.Error == EtcdError.TooManyRequests)
        {
            return _term.Lost.IsCancellationRequested && await WasOrderedAsync(batch);
        }
        catch (EtcdException refusal)
        {
            throw _mayBeOnItsWay
                ? new StoreSilentException(refusal.Message, refusal)
                : new NotOrderedException($"{refusal.Message}.", refusal);
        }
    }

    // The batch stands under its key, or another one does, or none: then the fence says whether it still may.
    private async Task<bool> WasOrderedAsync(byte[] batch, bool isDecided = false)
    {
        try
        {
            var found = await _etcd.TransactAsync(new EtcdTransaction
            {
                Then = [Read(_keys.Batch(_tail.Next)), Read(_keys.Tail), Read(_keys.Primary)],
            });
            var there = ((RangeResult)found.Results[0]).KeyValues;
            var tail = ((RangeResult)found.Results[1]).KeyValues;
            var primary = ((RangeResult)found.Results[2]).KeyValues;
            if (there.Count > 0) return there[0].Value.Span.SequenceEqual(batch) ? true : throw new DeposedException();
            var hasMoved = _isFirst ? tail.Count > 0 : tail.Count == 0 || !StoreKeys.Is(tail[0].Value, _tail.ToBytes());
            if (hasMoved) throw new StoreSilentException("Others have gone on since, and what they went on from is deleted already.");
            if (primary.Count == 0 || primary[0].CreateRevision != _term.Fence) throw new DeposedException();
            return false;
        }
        catch (Exception failure) when (failure is EtcdUnavailableException or EtcdException)
        {
            _mayBeOnItsWay |= isDecided;
            return false;
        }
    }

    private static EtcdOperation.Range Read(ReadOnlyMemory<byte> one) => new(new RangeQuery(KeyRange.One(one)));
}
