using Stele.Cryptography;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;

namespace Stele.Ledger.Audit;

/// <summary>Audits a ledger directory, offline, one entry in memory at a time.</summary>
public sealed class LedgerAuditor
{
    private const int ProgressEvery = 1000;

    private readonly string _directory;
    private readonly AuditOptions _options;
    private readonly LedgerValidator _validator;
    private Digest? _rootAtHead;
    private bool _durableSeen;
    private long _bytesDone;
    private long _bytesTotal;

    private LedgerAuditor(string directory, AuditOptions options)
    {
        (_directory, _options) = (directory, options);
        _validator = new LedgerValidator(options.Secrets, options.Signatures);
    }

    /// <summary>Reads and verifies all ledger files of a directory.</summary>
    /// <exception cref="IOException">The files cannot be read.</exception>
    public static async Task<AuditReport> AuditAsync(string directory, AuditOptions options, CancellationToken cancel)
    {
        // An audit is one long computation: the caller's thread is let go.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            return new LedgerAuditor(directory, options).Audit(cancel);
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

    private AuditReport.Verified Audit(CancellationToken cancel)
    {
        var chunks = LedgerDirectory.Chunks(_directory);
        if (chunks.Count == 0) throw new LedgerCorruptException(_directory, 0, null, "there are no ledger files in it");
        _bytesTotal = chunks.Sum(chunk => new FileInfo(chunk.Path).Length);
        foreach (var chunk in chunks) Read(chunk, cancel);
        _validator.CheckLastSignature();
        CheckHead();
        Report();
        return new AuditReport.Verified(
            _validator.LastSigned, _validator.Last.SeqNo.Value, _validator.Signatures,
            _validator.Last.SeqNo.Value - _validator.LastSigned.SeqNo.Value, _validator.ServiceCertificate);
    }

    private void Read(ChunkPath chunk, CancellationToken cancel)
    {
        try
        {
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out var offset, out var bytes))
            {
                cancel.ThrowIfCancellationRequested();
                Accept(chunk.Path, offset, bytes);
            }
            // A file ends on a signature, or its end could be cut off unnoticed.
            if (chunk.Name.IsCommitted && _validator.LastSigned != _validator.Last)
                throw new LedgerCorruptException(chunk.Path, 0, _validator.Last.SeqNo, "it is committed and does not end on a signature");
        }
        catch (LedgerCorruptException) when (_options.IsBeingWritten && !chunk.Name.IsCommitted)
        {
            // What is being written is not to be judged; the head still says how far the ledger must reach.
        }
    }

    private void Accept(string path, long offset, ReadOnlyMemory<byte> bytes)
    {
        LedgerEntry entry;
        try
        {
            entry = LedgerEntry.Parse(bytes);
        }
        catch (FormatException damage)
        {
            throw new LedgerCorruptException(path, offset, _validator.Last.SeqNo.Next, damage.Message);
        }
        _validator.Accept(entry, path, offset);
        if (entry.Id == _options.Head?.Durable) _durableSeen = true;
        if (entry.Id == _options.Head?.Committed) _rootAtHead = _validator.Tree.Root;
        _bytesDone += bytes.Length;
        if (entry.Id.SeqNo.Value % ProgressEvery == 0) Report();
    }

    private void CheckHead()
    {
        if (_options.Head is not { } head) return;
        if (head.Durable.SeqNo > SeqNo.None && !_durableSeen)
            throw Early($"the ledger ends at {_validator.Last}; its node had made {head.Durable} durable");
        if (head.Committed.SeqNo > SeqNo.None && _rootAtHead != head.CommittedRoot)
            throw Early($"the ledger is not the one whose transaction {head.Committed} its node had committed");
    }

    private LedgerCorruptException Early(string reason) => new(_directory, 0, _validator.Last.SeqNo, reason);

    private void Report() =>
        _options.Progress?.Report(new AuditProgress(_bytesDone, _bytesTotal, _validator.Last.SeqNo.Value));
}
