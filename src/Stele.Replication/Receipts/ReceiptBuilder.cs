using Stele.Cryptography.Merkle;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Proofs;
using Stele.Ledger.Signatures;
using Stele.Receipts;

namespace Stele.Replication.Receipts;

/// <summary>
/// <em>Before this:</em> the ledger files. <em>Here:</em> a receipt is put together: the entry itself, the signature
/// transaction behind it, and the path between them. <em>Next:</em> whoever verifies it.
/// </summary>
/// <remarks>
/// The path comes out of the proofs' index, at the same cost whatever the ledger holds, and is compared with the signed root
/// before it is given out. Where the index does not help, the signature transaction itself holds all that is needed.
/// </remarks>
public sealed class ReceiptBuilder(LedgerFiles files, ProofIndex proofs, LedgerSecret secret)
{
    private readonly SignatureCache _signatures = new(files, secret);

    /// <summary>The receipt of a committed entry.</summary>
    /// <returns>The receipt; null where no signature transaction stands behind the entry yet.</returns>
    /// <exception cref="LedgerCorruptException">The signature transaction was altered, or the entry was.</exception>
    public Receipt? Build(LedgerEntry entry)
    {
        if (NextSignature(entry.Id.SeqNo) is not { } signedBy) return null;
        var node = _signatures.At(signedBy);
        return new Receipt
        {
            NodeCertificate = node.Certificate!,
            NodeId = node.NodeId,
            Leaf = new LeafComponents(entry.WriteSetDigest, secret.CommitEvidence(entry.Id), entry.ClaimsDigest),
            Proof = Prove(entry, signedBy, node),
            Signature = node.Signature,
        };
    }

    private MerkleProof Prove(LedgerEntry entry, SeqNo signedBy, NodeSignature node)
    {
        if (proofs.Prove(entry.Id.SeqNo, signedBy) is { } proof)
        {
            if (proof.RootFor(entry.Leaf) == node.Root) return proof;
            proofs.Distrust(entry.Id.SeqNo, signedBy);
        }
        return ProveByLedger(entry, signedBy, node);
    }

    private MerkleProof ProveByLedger(LedgerEntry entry, SeqNo signedBy, NodeSignature node)
    {
        var proof = _signatures.Whole(signedBy).Tree().Prove(entry.Id.SeqNo.Value);
        return proof.RootFor(entry.Leaf) == node.Root
            ? proof
            : throw new LedgerCorruptException(files.DirectoryPath, 0, entry.Id.SeqNo, "it is not the entry that was signed");
    }

    private SeqNo? NextSignature(SeqNo behind)
    {
        if (proofs.NextSignature(behind) is { } known) return known;
        for (var seqno = behind.Next; files.Read(seqno) is { } entry; seqno = seqno.Next)
            if (SignatureRecord.IsSignature(entry)) return seqno;
        return null;
    }
}
