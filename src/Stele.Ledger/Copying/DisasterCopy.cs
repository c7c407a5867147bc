using Stele.Cryptography;
using Stele.Ledger.Audit;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Copying;

/// <summary>
/// Copies the files of a ledger whose nodes are gone, verifies the copy as an auditor does who has no secret, and cuts off
/// what stands behind its last signature: nothing proves that.
/// </summary>
/// <param name="source">The directory of ledger files; only read.</param>
/// <param name="incoming">Where the copy goes until a node adopts it.</param>
public sealed class DisasterCopy(string source, IncomingLedger incoming)
{
    /// <summary>Whose ledger it must be and how far it must reach, as far as that is known.</summary>
    public LedgerHeadRecord? Head { get; init; }

    /// <summary>Whether a ledger is taken that ends before its head, or has damage in its last file: the rest is lost.</summary>
    public bool AcceptEnd { get; init; }

    /// <summary>Who is told how far the audit of the copy has come.</summary>
    public IProgress<AuditProgress>? Progress { get; init; }

    /// <summary>Copies and verifies. May be interrupted at any point, and called again.</summary>
    /// <param name="accepts">Throws where the ledger is not to be recovered, before anything is finished.</param>
    /// <param name="cancel">Interrupts it.</param>
    /// <exception cref="LedgerCorruptException">The ledger does not verify, or ends too early.</exception>
    /// <exception cref="IOException">The files cannot be read or written.</exception>
    public async Task<DisasterCopyReport> RunAsync(Action<AuditReport.Verified> accepts, CancellationToken cancel)
    {
        incoming.Clear();
        foreach (var chunk in LedgerDirectory.Chunks(source)) await CopyAsync(chunk, cancel).ConfigureAwait(false);
        var audit = new AuditOptions { IsBeingWritten = true, Signatures = SignatureChecks.Last, Progress = Progress };
        var report = await LedgerAuditor.AuditAsync(incoming.Location, audit, cancel).ConfigureAwait(false);
        if (report is not AuditReport.Verified verified)
        {
            var failed = (AuditReport.Failed)report;
            throw new LedgerCorruptException(failed.File, failed.Offset, failed.SeqNo, failed.Reason);
        }
        accepts(verified);
        if (verified.LastSigned.SeqNo == SeqNo.None)
            throw new LedgerCorruptException(source, 0, null, "nothing in it is signed: there is nothing to recover");
        if (!AcceptEnd && Head is { } head && head.Committed.SeqNo > verified.LastSigned.SeqNo)
            throw new LedgerCorruptException(
                source, 0, verified.LastSigned.SeqNo, $"it ends too early: its node had committed {head.Committed}");
        return Finish(verified);
    }

    private async Task CopyAsync(ChunkPath chunk, CancellationToken cancel)
    {
        var name = chunk.Name.ToString();
        var from = File.OpenRead(chunk.Path);
        await using var _ = from.ConfigureAwait(false);
        Directory.CreateDirectory(incoming.Location);
        var to = File.Create(incoming.PartOf(name));
        await using (to.ConfigureAwait(false)) await from.CopyToAsync(to, cancel).ConfigureAwait(false);
        incoming.Keep(name);
    }

    private DisasterCopyReport Finish(AuditReport.Verified verified)
    {
        var chunks = LedgerDirectory.Chunks(incoming.Location);
        if (!chunks[^1].Name.IsCommitted && !AcceptEnd) RefuseDamage(chunks[^1], lastJudged: new SeqNo(verified.Entries));
        foreach (var chunk in chunks)
            if (chunk.Name.First > verified.LastSigned.SeqNo) File.Delete(chunk.Path);
        var last = chunks.Last(chunk => chunk.Name.First <= verified.LastSigned.SeqNo);
        var root = Close(last, verified.LastSigned.SeqNo);
        incoming.Finish(new LedgerHeadRecord(verified.LastSigned, LedgerEnd.BetweenFiles, verified.LastSigned, root));
        return new DisasterCopyReport(verified.LastSigned, verified.Uncovered);
    }

    // The auditor stops at whatever is wrong with a file that is being written. Here nobody writes: what a crash cuts short at
    // the very end is no damage, all else is.
    private static void RefuseDamage(ChunkPath chunk, SeqNo lastJudged)
    {
        using var reader = ChunkReader.Open(chunk);
        var seqno = chunk.Name.First;
        try
        {
            for (; reader.TryReadNext(out var offset, out _); seqno = seqno.Next)
                if (seqno > lastJudged) throw new LedgerCorruptException(chunk.Path, offset, seqno, "the entry does not verify");
        }
        catch (LedgerCorruptException fault) when (seqno > lastJudged && IsTorn(chunk.Path, fault.Offset))
        {
            // It is cut off with the rest.
        }
    }

    // The file ends behind the last signature, as each does, and the recovered service begins a new one.
    private Digest Close(ChunkPath chunk, SeqNo lastSigned)
    {
        using var reader = ChunkReader.Open(chunk);
        var positions = new List<uint>();
        for (var seqno = chunk.Name.First; reader.TryReadNext(out var offset, out var bytes); seqno = seqno.Next)
        {
            positions.Add(checked((uint)offset));
            if (seqno != lastSigned) continue;
            if (!chunk.Name.IsCommitted)
            {
                using var writer = ChunkWriter.Resume(incoming.Location, chunk.Name.First, positions, offset + bytes.Length);
                writer.Close();
            }
            return RootWith(LedgerEntry.Parse(bytes));
        }
        throw new LedgerCorruptException(chunk.Path, 0, lastSigned, "it is missing");
    }

    private static Digest RootWith(LedgerEntry entry)
    {
        if (!SignatureRecord.TryRead(entry, out var signature)) throw new InvalidOperationException($"Entry {entry.Id} was a signature.");
        var tree = signature.Tree();
        tree.Append(entry.Leaf);
        return tree.Root;
    }

    // What a crash leaves behind: an entry that is cut short by the file's end, or room that was never written to.
    private static bool IsTorn(string path, long offset)
    {
        using var file = File.OpenRead(path);
        file.Position = offset;
        var header = new byte[LedgerEntry.HeaderSize];
        var read = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < header.Length) return true;
        try
        {
            return offset + LedgerEntry.SizeOf(header) > file.Length;
        }
        catch (FormatException)
        {
            return IsZero(header) && IsRestZero(file);
        }
    }

    private static bool IsRestZero(FileStream file)
    {
        var buffer = new byte[1 << 16];
        for (int read; (read = file.Read(buffer)) > 0;)
            if (!IsZero(buffer.AsSpan(0, read))) return false;
        return true;
    }

    private static bool IsZero(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept((byte)0);
}

/// <summary>What was copied of a ledger.</summary>
/// <param name="LastSigned">Its last signature transaction, behind which a recovered service begins.</param>
/// <param name="EntriesCut">The whole entries behind it, which were left out: no client was told that they are committed.</param>
public sealed record DisasterCopyReport(TransactionId LastSigned, long EntriesCut);
