using Stele.Ledger.Audit;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;

namespace Stele.Ledger.Tests.Audit;

/// <summary>An audit as start-up makes it: one thread, one entry after another. What the auditor is measured by.</summary>
internal sealed class OneByOne(string directory, AuditOptions options)
{
    private readonly LedgerValidator _validator = new(
        options.Secrets is { } secrets ? new SecretKeeper(secrets) : null, options.Signatures);

    public AuditReport Audit()
    {
        try
        {
            foreach (var chunk in LedgerDirectory.Chunks(directory)) Read(chunk);
            _validator.CheckLastSignature();
            var (last, signed) = (_validator.Last.SeqNo.Value, _validator.LastSigned);
            return new AuditReport.Verified(
                signed, last, _validator.Signatures, last - signed.SeqNo.Value, _validator.ServiceCertificate);
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

    private void Read(ChunkPath chunk)
    {
        try
        {
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out var offset, out var bytes)) Accept(chunk, offset, bytes);
            if (chunk.Name.IsCommitted && _validator.LastSigned != _validator.Last)
                throw new LedgerCorruptException(
                    chunk.Path, 0, _validator.Last.SeqNo, "it is committed and does not end on a signature");
        }
        catch (LedgerCorruptException) when (options.IsBeingWritten && !chunk.Name.IsCommitted)
        {
            // As the auditor: what is being written is not to be judged.
        }
    }

    private void Accept(ChunkPath chunk, long offset, ReadOnlyMemory<byte> bytes)
    {
        LedgerEntry entry;
        try
        {
            entry = LedgerEntry.Parse(bytes);
        }
        catch (FormatException damage)
        {
            throw new LedgerCorruptException(chunk.Path, offset, _validator.Last.SeqNo.Next, damage.Message);
        }
        _validator.Accept(entry, chunk.Path, offset);
    }
}
