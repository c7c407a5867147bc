using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Backups;

/// <summary>The ledger file that a node is writing to, as far as a backup takes it.</summary>
internal static class OpenChunk
{
    /// <summary>Where the last signature transaction ends that a node calls committed.</summary>
    /// <param name="chunk">The file.</param>
    /// <param name="committed">What the node remembers to have committed last; null where it is not known: then the last there is.</param>
    /// <param name="cancel">Interrupts it.</param>
    /// <returns>The length in bytes of the file up to there; 0 where nothing of it is committed.</returns>
    /// <exception cref="LedgerCorruptException">It is damaged before that.</exception>
    public static long CommittedLength(ChunkPath chunk, TransactionId? committed, CancellationToken cancel)
    {
        if (committed is { } known && known.SeqNo < chunk.Name.First) return 0;
        long length = 0;
        try
        {
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out var offset, out var bytes))
            {
                cancel.ThrowIfCancellationRequested();
                var entry = LedgerEntry.Parse(bytes);
                if (SignatureRecord.IsSignature(entry)) length = offset + bytes.Length;
                if (committed is { } end && entry.Id.SeqNo == end.SeqNo)
                    return entry.Id == end
                        ? length
                        : throw Fault(chunk, offset, end.SeqNo, $"it is not the {end} that its node has committed");
            }
        }
        catch (Exception cut) when (committed is null && cut is LedgerCorruptException or FormatException)
        {
            return length;
        }
        catch (FormatException damage)
        {
            throw Fault(chunk, length, committed!.Value.SeqNo, damage.Message);
        }
        return committed is { } missing ? throw Fault(chunk, length, missing.SeqNo, "it ends before what its node has committed") : length;
    }

    private static LedgerCorruptException Fault(ChunkPath chunk, long offset, SeqNo seqno, string reason) =>
        new(chunk.Path, offset, seqno, reason);
}
