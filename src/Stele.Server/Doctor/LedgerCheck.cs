using Stele.Cryptography.Cose;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;
using Stele.Ledger.Snapshots;

namespace Stele.Server.Doctor;

/// <summary>The ledger files, as far as a look tells: each file's frame, and all of the last one. `stele audit` verifies all.</summary>
internal static class LedgerCheck
{
    private const string Check = "ledger";
    private const string Restore = "Restore the file from a backup or another node; `stele audit` shows all that is wrong.";

    private const int LooksMax = 10;
    private static readonly TimeSpan RenameTakes = TimeSpan.FromMilliseconds(50);

    /// <returns>When the last signature was made, as it says; null where none does.</returns>
    public static async Task<DateTimeOffset?> RunAsync(
        string home, bool isRunning, Findings findings, TimeProvider time, CancellationToken cancel)
    {
        for (var look = 1; ; look++)
        {
            var found = new Findings();
            var signed = Look(home, isRunning, found);
            if (!isRunning || !found.HasFailed || look == LooksMax)
            {
                findings.Add(found);
                return signed;
            }
            // The node may have closed its open file, which has another name now.
            await Task.Delay(RenameTakes, time, cancel);
        }
    }

    private static DateTimeOffset? Look(string home, bool isRunning, Findings findings)
    {
        var directory = Path.Combine(home, "ledger");
        if (!Directory.Exists(directory)) return null;
        var head = LedgerHead.Read(Path.Combine(home, "head"));
        try
        {
            var chunks = LedgerDirectory.Chunks(directory);
            if (chunks.Count == 0) return null;
            if (head is null) findings.Fail(Check, $"{Path.Combine(home, "head")} is missing or damaged, and no start trusts the end of a "
                + "ledger without it", "Restore it from a backup; if the ledger is whole, start once with --accept-ledger-end.");
            foreach (var chunk in chunks.SkipLast(1)) ChunkReader.Open(chunk).Dispose();
            var (last, signed) = ReadLast(chunks[^1], head, isRunning, findings);
            if (head is not null && last < head.Durable.SeqNo)
                findings.Fail(Check, $"it ends with seqno {last}, and the node had made {head.Durable} durable",
                    "Restore the missing end from a "
                    + "backup or another node. If it is lost for good: --accept-ledger-end, once.");
            else findings.Ok(Check, $"{chunks.Count} {(chunks.Count == 1 ? "file" : "files")}, up to seqno {last}"
                + (head is null ? "" : $"; committed up to {head.Committed}"));
            Snapshots(home, findings);
            return signed;
        }
        catch (Exception damage) when (damage is LedgerCorruptException or FileNotFoundException)
        {
            findings.Fail(Check, damage.Message, Restore);
            return null;
        }
    }

    private static (SeqNo Last, DateTimeOffset? Signed) ReadLast(
        ChunkPath chunk, LedgerHeadRecord? head, bool isRunning, Findings findings)
    {
        var last = chunk.Name.First.Previous;
        DateTimeOffset? signed = null;
        long end = 0;
        try
        {
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out var offset, out var bytes))
            {
                var entry = LedgerEntry.Parse(bytes);
                if (entry.Id.SeqNo != last.Next) throw new FormatException($"Entry {entry.Id} stands where {last.Next} belongs.");
                (last, end) = (entry.Id.SeqNo, offset + bytes.Length);
                if (SignatureRecord.TryRead(entry, out var signature) && signature.Cose is { } cose)
                    signed = LedgerSignature.Read(cose).IssuedAt ?? signed;
            }
        }
        catch (Exception damage) when (damage is LedgerCorruptException or FormatException)
        {
            var isBehindHead = head is not null && last >= head.Durable.SeqNo;
            if (!isBehindHead || chunk.Name.IsCommitted)
                findings.Fail(Check, $"{chunk.Path}, byte {end}: {damage.Message}", Restore);
            else if (!isRunning)
                findings.Warn(Check, $"{chunk.Path} has bytes behind byte {end} that are no entry",
                    "Nothing: a crash left them, and the next "
                    + "start cuts them off.");
        }
        return (last, signed);
    }

    private static void Snapshots(string home, Findings findings)
    {
        var (snapshots, skipped) = new SnapshotDirectory(Path.Combine(home, "snapshots")).List();
        foreach (var other in skipped.Where(file => !file.Path.EndsWith(Durable.UnfinishedSuffix, StringComparison.Ordinal)))
            findings.Warn("snapshots", $"{other.Path}: {other.Reason}", "Remove it.");
        foreach (var snapshot in snapshots)
        {
            try
            {
                SnapshotFile.Parse(File.ReadAllBytes(snapshot.Path));
                findings.Ok("snapshots", Path.GetFileName(snapshot.Path));
            }
            catch (FormatException damage)
            {
                findings.Warn("snapshots", $"{snapshot.Path}: {damage.Message}",
                    "Delete it: the next start goes on from another, or reads all.");
            }
        }
    }
}
