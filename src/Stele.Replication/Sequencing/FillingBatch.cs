using Stele.Replication.Log;

namespace Stele.Replication.Sequencing;

/// <summary>The batch that the sequencer is filling while the one before it is written.</summary>
internal sealed class FillingBatch(PendingSignature? leading)
{
    /// <summary>The signature transaction that stands first in it, over all before it; it may still be in the making.</summary>
    public PendingSignature? Leading { get; } = leading;

    /// <summary>The entries behind that.</summary>
    public List<BatchEntry> Entries { get; } = [];

    /// <summary>Who waits for them.</summary>
    public List<Submission> Submissions { get; } = [];

    /// <summary>The bytes of its entries.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether there is nothing in it, nor anything to come.</summary>
    public bool IsEmpty => Leading is null && Submissions.Count == 0;

    /// <summary>Whether it could be written now: something is in it, and its signature is made.</summary>
    public bool IsReady => Leading is null ? Submissions.Count > 0 : Leading.Made.IsCompleted;

    /// <summary>Adds an entry.</summary>
    public void Add(BatchEntry entry)
    {
        Entries.Add(entry);
        Bytes += entry.Encoded.Bytes.Length;
    }
}
