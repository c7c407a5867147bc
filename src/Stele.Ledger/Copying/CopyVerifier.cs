using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography;
using Stele.Ledger.Audit;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;
using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Copying;

/// <summary>
/// Verifies ledger files that another node gave, one after the other, as a start verifies its own: every entry, digest and
/// seal, the tree under each signature, the last signature of each file; and in the end that the service is the one expected.
/// </summary>
public sealed class CopyVerifier
{
    private readonly X509Certificate2 _service;
    private readonly LedgerHeadRecord? _head;
    private readonly LedgerValidator _validator;
    private bool _durableSeen;
    private Digest? _rootAtHead;

    /// <summary>Begins before the first entry, or behind a snapshot of this node's own.</summary>
    /// <param name="service">The service's certificate.</param>
    /// <param name="secrets">The node's secrets.</param>
    /// <param name="head">What the node remembers of its ledger: the copy must be the same ledger; none where it has none.</param>
    /// <param name="snapshot">A verified snapshot of this node's own, not behind what it remembers; none for all entries.</param>
    /// <exception cref="FormatException">The signature in the snapshot does not verify.</exception>
    public CopyVerifier(X509Certificate2 service, SecretKeeper secrets, LedgerHeadRecord? head, SnapshotContents? snapshot)
    {
        (_service, _head) = (service, head);
        _validator = new LedgerValidator(secrets, SignatureChecks.Last);
        if (snapshot is not null) _validator.Resume(snapshot);
    }

    /// <summary>The entry that comes next.</summary>
    public SeqNo Next => _validator.Last.SeqNo.Next;

    /// <summary>How far the files reach that were verified, as a node's memory of its ledger.</summary>
    public LedgerHeadRecord End => new(_validator.Last, LedgerEnd.BetweenFiles, _validator.LastSigned, _validator.Tree.Root);

    /// <summary>The node's secrets, and those that the files gave it: what comes behind them may be sealed with these.</summary>
    public LedgerSecrets Secrets => _validator.Secrets!;

    /// <summary>Whether the service that signed last is the one expected: until a ledger's end, it may be one before that.</summary>
    public bool IsOfService
    {
        get
        {
            if (_validator.ServiceCertificate is not { } pem) return false;
            try
            {
                using var named = X509Certificate2.CreateFromPem(pem);
                return named.RawDataMemory.Span.SequenceEqual(_service.RawDataMemory.Span);
            }
            catch (CryptographicException)
            {
                return false;
            }
        }
    }

    /// <summary>Verifies the next file, of which entries before <see cref="Next"/> are passed over.</summary>
    /// <exception cref="LedgerCorruptException">
    /// It does not verify. What has been verified before stays so, but this verifier cannot go on.
    /// </exception>
    public void Accept(ChunkPath chunk)
    {
        using (var reader = ChunkReader.Open(chunk))
        {
            for (var seqno = chunk.Name.First; reader.TryReadNext(out var offset, out var bytes); seqno = seqno.Next)
                if (seqno >= Next) Accept(chunk.Path, offset, bytes);
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

    /// <summary>Compares what was verified with what the node remembers.</summary>
    /// <returns>Whether it reaches as far; a shorter one cannot take the place of what the node has.</returns>
    /// <exception cref="LedgerCorruptException">It is another ledger.</exception>
    public bool ReachesHead()
    {
        if (_head is null || _head.Durable.SeqNo == SeqNo.None) return true;
        if (_validator.Last.SeqNo < _head.Durable.SeqNo) return false;
        if (_durableSeen && (_head.Committed.SeqNo == SeqNo.None || _rootAtHead == _head.CommittedRoot)) return true;
        throw new LedgerCorruptException(
            "the copied ledger", 0, _head.Durable.SeqNo, "it is not the one that this node has had so far");
    }

    private void Accept(string path, long offset, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var entry = LedgerEntry.Parse(bytes);
            _validator.Accept(entry, path, offset);
            if (entry.Id == _head?.Durable) _durableSeen = true;
            if (entry.Id == _head?.Committed) _rootAtHead = _validator.Tree.Root;
        }
        catch (FormatException damage)
        {
            throw new LedgerCorruptException(path, offset, Next, damage.Message);
        }
    }

    private LedgerCorruptException Fault(ChunkPath chunk, string reason) => new(chunk.Path, 0, _validator.Last.SeqNo, reason);
}
