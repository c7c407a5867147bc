using Stele.Cryptography;
using Stele.Etcd;
using Stele.Ledger.Files;
using Stele.Replication.Log;

namespace Stele.Replication.Network;

/// <summary>
/// <em>Before this:</em> the sequencer, with a sealed batch. <em>Here:</em> etcd puts the batch behind the one before it, on a
/// majority of its members' disks, if this node is still the one that was elected. <em>Next:</em> this node's own files, and
/// every other node, which watches.
/// </summary>
/// <remarks>
/// One transaction for each batch compares the election key's create revision, so that a deposed primary writes nothing, and
/// the tail, so that there is one history without gaps. Where no answer came, the tail tells what became of it: as long as
/// it has not moved the same transaction may be sent again, and once the election key is another's it can no longer succeed.
/// </remarks>
internal sealed class EtcdLog(
    NetworkOptions options, StoreKeys keys, Term term, StoreTail tail, bool isFirst, Replica replica, StoreRoom room, byte[] key,
    TimeProvider time) : ILedgerLog
{
    // etcd takes requests of 1.5 MiB; a batch has its keys, the comparisons and the new tail beside it.
    private const int EntryBytesMax = 1_500_000;

    // How long to find out what became of a batch: longer than a cluster takes to elect a leader of its own.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private StoreTail _tail = tail;
    private bool _isFirst = isFirst;

    // Whether an attempt at the batch in hand was left without an answer.
    private bool _mayBeOnItsWay;

    /// <inheritdoc/>
    public async Task AppendAsync(Batch batch, bool mayBlock)
    {
        await room.WhenThereAsync(term.Lost);
        var ordered = 0;
        while (ordered < batch.Entries.Count)
        {
            var part = PartFrom(batch, ordered);
            try
            {
                await OrderAsync(batch.Entries[ordered].Encoded.Id.SeqNo, part);
            }
            catch (Exception failure) when (ordered > 0 && failure is DeposedException or WriteRefusedException)
            {
                throw new IOException("A part of the batch was ordered, and the rest was not.", failure);
            }
            ordered += part.Count;
        }
        replica.Write(batch);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static List<ReadOnlyMemory<byte>> PartFrom(Batch batch, int start)
    {
        var part = new List<ReadOnlyMemory<byte>>();
        long bytes = 0;
        for (var i = start; i < batch.Entries.Count; i++)
        {
            var entry = batch.Entries[i].Encoded.Bytes;
            if (part.Count > 0 && bytes + entry.Length > EntryBytesMax) break;
            part.Add(entry);
            bytes += entry.Length;
        }
        return part;
    }

    private async Task OrderAsync(SeqNo first, List<ReadOnlyMemory<byte>> entries)
    {
        var batch = SealedBatch.Seal(first, _tail.Last, entries, key);
        var next = new StoreTail(new SeqNo(first.Value + entries.Count), Digest.Of(batch));
        var write = new EtcdTransaction
        {
            If =
            [
                new EtcdCompare.CreateRevisionIs(keys.Primary, term.Fence),
                _isFirst ? EtcdCompare.Absent(keys.Tail) : new EtcdCompare.ValueIs(keys.Tail, _tail.ToBytes()),
            ],
            Then = [new EtcdOperation.Put(keys.Batch(first), batch), new EtcdOperation.Put(keys.Tail, next.ToBytes())],
        };
        var started = time.GetTimestamp();
        _mayBeOnItsWay = false;
        while (!await TryAsync(write, next))
        {
            if (time.GetElapsedTime(started) > Patience) throw NotOrdered();
            await Task.Delay(Pause, time);
        }
        (_tail, _isFirst) = (next, false);
        room.Take(batch.Length);
    }

    private IOException NotOrdered()
    {
        const string reason = "etcd has not ordered a batch, for too long";
        return _mayBeOnItsWay ? new IOException($"{reason}, and may still do so.") : new WriteRefusedException(new IOException($"{reason}."));
    }

    private async Task<bool> TryAsync(EtcdTransaction write, StoreTail next)
    {
        try
        {
            var result = await options.Etcd.TransactAsync(write);
            return result.Succeeded || await WasOrderedAsync(next);
        }
        catch (EtcdOutcomeUnknownException)
        {
            _mayBeOnItsWay = true;
            return await WasOrderedAsync(next);
        }
        catch (EtcdUnavailableException)
        {
            return term.Lost.IsCancellationRequested && await WasOrderedAsync(next);
        }
        catch (EtcdException refusal) when (refusal.Error is EtcdError.NoSpace or EtcdError.TooManyRequests)
        {
            // This attempt was not taken. Room is made beside this, and another leader may be less busy.
            return term.Lost.IsCancellationRequested && await WasOrderedAsync(next);
        }
        catch (EtcdException refusal) when (!_mayBeOnItsWay)
        {
            throw new WriteRefusedException(new IOException(refusal.Message, refusal));
        }
    }

    // The tail is one of three: this batch's, the one before it, or another primary's.
    private async Task<bool> WasOrderedAsync(StoreTail next)
    {
        try
        {
            var found = await options.Etcd.TransactAsync(new EtcdTransaction
            {
                Then = [Read(keys.Tail), Read(keys.Primary)],
            });
            var there = ((RangeResult)found.Results[0]).KeyValues;
            var primary = ((RangeResult)found.Results[1]).KeyValues;
            if (there.Count > 0 && StoreKeys.Is(there[0].Value, next.ToBytes())) return true;
            var isWhereItWas = _isFirst ? there.Count == 0 : there.Count > 0 && StoreKeys.Is(there[0].Value, _tail.ToBytes());
            if (!isWhereItWas || primary.Count == 0 || primary[0].CreateRevision != term.Fence) throw new DeposedException();
            return false;
        }
        catch (Exception failure) when (failure is EtcdUnavailableException or EtcdException)
        {
            return false;
        }
    }

    private static EtcdOperation.Range Read(ReadOnlyMemory<byte> one) => new(new RangeQuery(KeyRange.One(one)));
}
