using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography;
using Stele.Ledger.Audit;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Snapshots;
using Stele.Ledger.Tables;

namespace Stele.Ledger.Backups;

/// <summary>
/// Verifies the ledger files of a backup one after the other, as an auditor without secrets does, and knows what it takes to
/// go on behind the last of them another time.
/// </summary>
internal sealed class BackupSequence
{
    private readonly LedgerValidator _validator = new(secrets: null, SignatureChecks.Last);
    private readonly LedgerTable[] _signers =
    [
        LedgerTable.Empty(TableNames.NodesInfo),
        LedgerTable.Empty(TableNames.NodesEndorsedCertificates),
        LedgerTable.Empty(TableNames.ServiceInfo),
    ];

    private WriteSet _signature = new();
    private Digest _leaf;

    /// <summary>Begins before the first entry, or behind a signature transaction whose state was kept.</summary>
    /// <exception cref="FormatException">That signature does not verify.</exception>
    public BackupSequence(SnapshotContents? point)
    {
        if (point is null) return;
        _validator.Resume(point);
        for (var i = 0; i < _signers.Length; i++)
            if (point.WritesOf(_signers[i].Name).Find(_signers[i].Name) is { } rows)
                _signers[i] = _signers[i].With(rows.Writes, point.SeqNo);
        _signature = point.WritesOf(TableNames.Signatures, TableNames.CoseSignatures, TableNames.Tree);
        _leaf = point.Leaf;
    }

    /// <summary>The last signature transaction: all up to it is verified.</summary>
    public TransactionId Last => _validator.LastSigned;

    /// <summary>The Merkle root over all entries up to and including <see cref="Last"/>.</summary>
    public Digest Root => _validator.Tree.Root;

    /// <summary>SHA-256 of the certificate of the service that signed last; zero before there is one.</summary>
    public Digest ServiceCertificate
    {
        get
        {
            if (_validator.ServiceCertificate is not { } pem) return Digest.Zero;
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return Digest.Of(certificate.RawData);
        }
    }

    /// <summary>What it takes to go on behind <see cref="Last"/>.</summary>
    public SnapshotContents Point()
    {
        var writes = new WriteSet();
        foreach (var table in _signers)
            foreach (var row in table.Rows) writes.Put(table.Name, row.Key, row.Value.Value);
        return SnapshotContents.Of(LedgerTables.Empty.With(writes, Last.SeqNo), Last.SeqNo, _leaf, _signature, []);
    }

    /// <summary>Verifies the next file, which ends on a signature.</summary>
    /// <exception cref="LedgerCorruptException">It does not verify.</exception>
    public void Accept(ChunkPath chunk, CancellationToken cancel)
    {
        using (var reader = ChunkReader.Open(chunk))
        {
            while (reader.TryReadNext(out var offset, out var bytes))
            {
                cancel.ThrowIfCancellationRequested();
                Accept(chunk.Path, offset, bytes);
            }
        }
        // A file ends on a signature, or its end could be cut off unnoticed.
        if (_validator.LastSigned != _validator.Last) throw Fault(chunk, "it does not end on a signature");
        try
        {
            _validator.CheckLastSignature();
        }
        catch (FormatException fault)
        {
            throw Fault(chunk, fault.Message);
        }
    }

    private void Accept(string path, long offset, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var entry = LedgerEntry.Parse(bytes);
            _validator.Accept(entry, path, offset);
            for (var i = 0; i < _signers.Length; i++)
                if (entry.PublicWrites.Find(_signers[i].Name) is { } rows) _signers[i] = _signers[i].With(rows.Writes, entry.Id.SeqNo);
            if (_validator.LastSigned == entry.Id) (_signature, _leaf) = (entry.PublicWrites, entry.Leaf);
        }
        catch (FormatException damage)
        {
            throw new LedgerCorruptException(path, offset, _validator.Last.SeqNo.Next, damage.Message);
        }
    }

    private LedgerCorruptException Fault(ChunkPath chunk, string reason) => new(chunk.Path, 0, _validator.Last.SeqNo, reason);
}
