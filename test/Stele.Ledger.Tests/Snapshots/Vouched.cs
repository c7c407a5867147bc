using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Merkle;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Secrets;
using Stele.Ledger.Snapshots;
using Stele.Ledger.Tables;

namespace Stele.Ledger.Tests.Snapshots;

/// <summary>A service with one node, which vouches for snapshots at any seqno.</summary>
internal sealed class Vouched : IDisposable
{
    private readonly SigningKey _serviceKey = SigningKey.Generate();
    private readonly SigningKey _nodeKey = SigningKey.Generate();
    private readonly LedgerSecret _secret = LedgerSecret.Generate();
    private readonly X509Certificate2 _node;

    public Vouched()
    {
        var now = TimeProvider.System.GetUtcNow();
        Service = CertificateAuthority.Create(_serviceKey, "CCF Network", now, TimeSpan.FromDays(2));
        _node = CertificateAuthority.Endorse(
            Service, _serviceKey, _nodeKey, "CCF Node", ["127.0.0.1"], now, TimeSpan.FromDays(1));
        Verifier = new SnapshotVerifier(Service, new LedgerSecrets(_secret));
    }

    public X509Certificate2 Service { get; }

    public SnapshotVerifier Verifier { get; }

    /// <summary>A snapshot whose evidence is the transaction right behind it, with one leaf beside that in the tree.</summary>
    public (SnapshotName Name, SnapshotFile File) At(long seqno)
    {
        var name = new SnapshotName(new SeqNo(seqno), new SeqNo(seqno + 1));
        var contents = SnapshotContents.Of(LedgerTables.Empty, name.SeqNo, Digest.Of("leaf"u8), new WriteSet(), [SeqNo.First]);
        var entry = SnapshotWriter.Write(contents, _secret);
        return (name, new SnapshotFile(entry, Receipt(SnapshotEvidence.Of(entry, name.SeqNo), name.Evidence)));
    }

    public void Dispose()
    {
        Service.Dispose();
        _node.Dispose();
        _serviceKey.Dispose();
        _nodeKey.Dispose();
        _secret.Dispose();
    }

    private SnapshotReceipt Receipt(SnapshotEvidence evidence, SeqNo seqno)
    {
        var receipt = new SnapshotReceipt
        {
            NodeCertificate = _node.ExportCertificatePem(),
            NodeId = _nodeKey.KeyId,
            WriteSetDigest = Digest.Of("entry"u8),
            CommitEvidence = _secret.CommitEvidence(new TransactionId(View.First, seqno)),
            ClaimsDigest = evidence.Digest,
            Proof = new MerkleProof([new ProofStep(Digest.Of("before"u8), true), new ProofStep(Digest.Of("behind"u8), false)]),
            Signature = default,
        };
        return receipt with { Signature = _nodeKey.SignDigest(receipt.Root) };
    }
}
