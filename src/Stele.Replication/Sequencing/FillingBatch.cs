using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;
using Stele.Replication.Log;

namespace Stele.Replication.Sequencing;

/// <summary>The batch that the sequencer is filling while the one before it is written; the two change places.</summary>
internal sealed class FillingBatch(EntryBuffer buffer)
{
    /// <summary>The signature transaction that stands first in it, over all before it; it may still be in the making.</summary>
    public PendingSignature? Leading { get; private set; }

    /// <summary>The entries; where a signature leads them, its place is kept.</summary>
    public List<BatchEntry> Entries { get; } = [];

    /// <summary>Who waits for them.</summary>
    public List<Submission> Submissions { get; } = [];

    /// <summary>The bytes of its entries.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether there is nothing in it, nor anything to come.</summary>
    public bool IsEmpty => Leading is null && Submissions.Count == 0;

    /// <summary>Whether it could be written now: something is in it, and its signature is made.</summary>
    public bool IsReady => Leading is null ? Submissions.Count > 0 : Leading.Made.IsCompleted;

    /// <summary>Begins again, behind a batch that ends before a signature, or not.</summary>
    public FillingBatch Begin(PendingSignature? leading)
    {
        Leading = leading;
        Bytes = 0;
        Entries.Clear();
        Submissions.Clear();
        buffer.Clear();
        if (leading is not null) Entries.Add(default);
        return this;
    }

    /// <summary>Adds the entry of a transaction.</summary>
    /// <returns>Whether it is small enough; where it is not, nothing of it leaves this buffer.</returns>
    public bool TryAdd(Transaction transaction, int bytesMax, out int bytes)
    {
        var entry = EntryEncoder.Encode(
            transaction.Id, transaction.Writes, transaction.ClaimsDigest, transaction.Secret, transaction.Flags, buffer.Take);
        bytes = entry.Bytes.Length;
        if (bytes > bytesMax) return false;
        Entries.Add(new BatchEntry(entry, transaction.Writes, IsSignature: false));
        Bytes += bytes;
        return true;
    }
}
