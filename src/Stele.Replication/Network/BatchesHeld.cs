namespace Stele.Replication.Network;

/// <summary>The batches of this ledger that stand in etcd, in order, and their bytes. Who puts and who trims may come at once.</summary>
internal sealed class BatchesHeld
{
    // A batch's two keys, and what etcd keeps beside them.
    private const int BytesBeside = 512;

    private readonly Lock _lock = new();
    private readonly Queue<(SeqNo First, long Bytes)> _batches = new();
    private long _bytes;

    /// <summary>Their bytes, about.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Notes that a batch stands there, behind all others.</summary>
    public void Add(SeqNo first, long bytes)
    {
        lock (_lock)
        {
            _batches.Enqueue((first, bytes + BytesBeside));
            _bytes += bytes + BytesBeside;
        }
    }

    /// <summary>
    /// The first batch that is needed once all entries up to one are on disks; null where that is the first of all. The last
    /// batch stays.
    /// </summary>
    public SeqNo? FirstNeeded(SeqNo end)
    {
        lock (_lock)
        {
            SeqNo? needed = null;
            foreach (var (first, _) in _batches.Skip(1))
            {
                if (first > end.Next) break;
                needed = first;
            }
            return needed;
        }
    }

    /// <summary>Notes that all batches before one were deleted, and are compacted away.</summary>
    public void Gone(SeqNo first)
    {
        lock (_lock)
            while (_batches.TryPeek(out var oldest) && oldest.First < first) _bytes -= _batches.Dequeue().Bytes;
    }
}
