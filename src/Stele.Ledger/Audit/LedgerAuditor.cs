using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Files;

namespace Stele.Ledger.Audit;

/// <summary>Audits a ledger directory, offline, on all cores, with a few blocks of it in memory at a time.</summary>
/// <remarks>
/// Other threads check each block of entries by itself (<see cref="CheckedBlock"/>) and verify signatures
/// (<see cref="VerificationQueue"/>); here the blocks come together in the ledger's order. The fault that is reported is the
/// first in that order, whichever was found first.
/// </remarks>
public sealed class LedgerAuditor
{
    // Signatures are many to a block under a quick schedule.
    private const int SignaturesPerWorker = 32;

    private readonly string _directory;
    private readonly AuditOptions _options;
    private readonly LedgerSequence _sequence;
    private readonly VerificationQueue _verifications;
    private readonly MerkleEdge _tree = new();
    private Digest? _rootAtHead;
    private bool _durableSeen;
    private long _bytesDone;
    private long _bytesTotal;

    private LedgerAuditor(string directory, AuditOptions options)
    {
        (_directory, _options) = (directory, options);
        _sequence = new LedgerSequence(options.Signatures);
        _verifications = new VerificationQueue(SignaturesPerWorker * options.Workers);
    }

    /// <summary>Reads and verifies all ledger files of a directory.</summary>
    /// <exception cref="IOException">The files cannot be read.</exception>
    public static async Task<AuditReport> AuditAsync(string directory, AuditOptions options, CancellationToken cancel)
    {
        // An audit is one long computation: the caller's thread is let go.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            return await new LedgerAuditor(directory, options).AuditAsync(cancel).ConfigureAwait(false);
        }
        catch (LedgerCorruptException damage)
        {
            return new AuditReport.Failed(damage.File, damage.Offset, damage.SeqNo, damage.Reason);
        }
        catch (FormatException fault)
        {
            return new AuditReport.Failed(directory, 0, null, fault.Message);
        }
    }

    private async Task<AuditReport> AuditAsync(CancellationToken cancel)
    {
        var chunks = LedgerDirectory.Chunks(_directory);
        if (chunks.Count == 0) throw new LedgerCorruptException(_directory, 0, null, "there are no ledger files in it");
        _bytesTotal = chunks.Sum(BytesOf);
        try
        {
            await ReadAsync(chunks, cancel).ConfigureAwait(false);
        }
        finally
        {
            // A signature that is not good stands before whatever was found meanwhile.
            await _verifications.DrainAsync().ConfigureAwait(false);
        }
        _sequence.CheckLastSignature();
        CheckHead();
        Report();
        return new AuditReport.Verified(
            _sequence.LastSigned, _sequence.Last.SeqNo.Value, _sequence.Signatures,
            _sequence.Last.SeqNo.Value - _sequence.LastSigned.SeqNo.Value, _sequence.ServiceCertificate)
        {
            Services = _sequence.Services,
            ServiceStatus = _sequence.ServiceStatus,
        };
    }

    // The open one may be closed, and have another name, by now.
    private static long BytesOf(ChunkPath chunk)
    {
        var file = new FileInfo(chunk.Path);
        if (!file.Exists && LedgerDirectory.ClosedSince(chunk) is { } closed) file = new FileInfo(closed);
        return file.Exists ? file.Length : 0;
    }

    private async Task ReadAsync(IReadOnlyList<ChunkPath> chunks, CancellationToken cancel)
    {
        var pipeline = new AuditPipeline(chunks, _options);
        await using var _ = pipeline.ConfigureAwait(false);
        while (await pipeline.NextAsync().ConfigureAwait(false) is var (piece, block))
        {
            using (block)
            {
                cancel.ThrowIfCancellationRequested();
                var mayBeCutShort = _options.IsBeingWritten && !piece.Chunk.Name.IsCommitted;
                try
                {
                    if (block is not null) await AcceptAsync(block, piece.Chunk.Path, verifyAtOnce: mayBeCutShort).ConfigureAwait(false);
                    else CheckEnd(piece);
                }
                catch (LedgerCorruptException) when (mayBeCutShort)
                {
                    // What is being written is not to be judged; the head still says how far the ledger must reach.
                    return;
                }
            }
        }
    }

    private async Task AcceptAsync(CheckedBlock block, string file, bool verifyAtOnce)
    {
        for (var i = 0; i < block.Count; i++)
        {
            if (Judge(block, i, file, verifyAtOnce) is { } check)
                await _verifications.AddAsync(check, file, block.OffsetOf(i)).ConfigureAwait(false);
            _sequence.Advance(block[i], file, block.OffsetOf(i));
            CompareWithHead(block);
        }
        if (block.Unreadable is { } damage)
            throw new LedgerCorruptException(file, block.OffsetOf(block.Count), _sequence.Last.SeqNo.Next, damage.Message);
        block.Run.Extend(_tree, block.Run.First + block.Count);
        _bytesDone += block.Size;
        Report();
    }

    private SignatureCheck? Judge(CheckedBlock block, int index, string file, bool verifyAtOnce)
    {
        ref readonly var entry = ref block[index];
        try
        {
            if (entry.Statement is not null) block.Run.Extend(_tree, block.Run.First + index);
            var check = _sequence.Judge(entry, entry.Statement is null ? Digest.Zero : _tree.Root);
            if (!verifyAtOnce) return check;
            check?.Run();
            return null;
        }
        catch (FormatException fault)
        {
            throw new LedgerCorruptException(file, block.OffsetOf(index), entry.Id.SeqNo, fault.Message);
        }
    }

    private void CheckEnd(LedgerPiece piece)
    {
        if (piece is LedgerPiece.Damage damage) throw damage.Reason;
        // A file ends on a signature, or its end could be cut off unnoticed.
        if (piece.Chunk.Name.IsCommitted && _sequence.LastSigned != _sequence.Last)
            throw new LedgerCorruptException(
                piece.Chunk.Path, 0, _sequence.Last.SeqNo, "it is committed and does not end on a signature");
    }

    private void CompareWithHead(CheckedBlock block)
    {
        if (_options.Head is not { } head) return;
        if (_sequence.Last == head.Durable) _durableSeen = true;
        if (_sequence.Last != head.Committed) return;
        block.Run.Extend(_tree, _sequence.Last.SeqNo.Value + 1);
        _rootAtHead = _tree.Root;
    }

    private void CheckHead()
    {
        if (_options.Head is not { } head) return;
        if (head.Durable.SeqNo > SeqNo.None && !_durableSeen)
            throw Early($"the ledger ends at {_sequence.Last}; its node had made {head.Durable} durable");
        if (head.Committed.SeqNo > SeqNo.None && _rootAtHead != head.CommittedRoot)
            throw Early($"the ledger is not the one whose transaction {head.Committed} its node had committed");
    }

    private LedgerCorruptException Early(string reason) => new(_directory, 0, _sequence.Last.SeqNo, reason);

    private void Report() =>
        _options.Progress?.Report(new AuditProgress(_bytesDone, _bytesTotal, _sequence.Last.SeqNo.Value));
}
