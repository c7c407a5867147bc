using Stele.Replication.Telemetry;

namespace Stele.Replication.Sequencing;

/// <summary>The bounds of the sequencer.</summary>
public sealed record SequencerOptions
{
    /// <summary>How long, under load, one signature gathers entries; five times as long while nobody waits for a commit.</summary>
    public TimeSpan SignatureInterval { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The entries that one signature covers at most: CCF's default, which bounds the tree stored with it.</summary>
    public int SignatureEntriesMax { get; init; } = 5000;

    /// <summary>The bytes that one signature covers at most: a ledger file closes on a signature only.</summary>
    public long SignatureBytesMax { get; init; } = 64 << 20;

    /// <summary>The commands that wait at most; one more is answered «busy».</summary>
    public int QueueMax { get; init; } = 8192;

    /// <summary>The bytes at which a batch is full (its last entry may go past it).</summary>
    public long BatchBytesMax { get; init; } = 1 << 20;

    /// <summary>The bytes of an entry at most: what a larger one would write is refused, alone.</summary>
    public int EntryBytesMax { get; init; } = int.MaxValue;

    /// <summary>
    /// Whether this sequencer writes for a term that it was elected to: where it ends, another one goes on. Its view begins
    /// with a signature then.
    /// </summary>
    public bool IsElected { get; init; }

    /// <summary>
    /// Whether the view begins with a signature, though all before it is signed: everyone can see that ids of the views
    /// before it, which are not there, never will be.
    /// </summary>
    public bool OpensView { get; init; }

    /// <summary>Where it measures what it does.</summary>
    public LedgerMetrics Metrics { get; init; } = LedgerMetrics.Unheard;

    /// <summary>The room for the entries of a batch: what goes past it, the last entry of a full batch, costs an array.</summary>
    internal int BufferBytes => (int)Math.Min(BatchBytesMax + 65_536, 16 << 20);
}
