using Stele.Cryptography.Merkle;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Recovery;
using Stele.Ledger.Secrets;
using Stele.Ledger.Signatures;
using Stele.Receipts;

namespace Stele.Replication.Receipts;

/// <summary>
/// <em>Before this:</em> the ledger files. <em>Here:</em> a receipt is put together: the entry itself, the signature
/// transaction behind it, and the path between them. <em>Next:</em> whoever verifies it.
/// </summary>
/// <remarks>
/// The path and the signature come out of the proofs' index, at the same cost whatever the ledger holds, and the path is
/// compared with the signed root before it is given out. Where the index does not help, the signature transaction itself
/// holds all that is needed.
/// </remarks>
public sealed class ReceiptBuilder(LedgerFiles files, LedgerState state, SecretKeeper secrets)
{
    private readonly SignatureCache _signatures = new(files, secrets);

    /// <summary>The receipt of a committed entry.</summary>
    /// <returns>The receipt; null where no signature transaction stands behind the entry yet.</returns>
    /// <exception cref="LedgerCorruptException">The signature transaction was altered, or the entry was.</exception>
    public Receipt? Build(LedgerEntry entry)
    {
        if (BuildByIndex(entry) is { } receipt) return receipt;
        return NextSignature(entry.Id.SeqNo) is { } found ? BuildByLedger(entry, found) : null;
    }

    // What the index says is believed as far as it leads to what was signed.
    private Receipt? BuildByIndex(LedgerEntry entry)
    {
        if (state.Proofs.NextSignature(entry.Id.SeqNo) is not { } marked) return null;
        if (state.Proofs.Prove(entry.Id.SeqNo, marked) is not { } proof) return null;
        try
        {
            var node = state.Proofs.SignatureAt(marked) ?? _signatures.At(marked);
            if (proof.RootFor(entry.Leaf) == node.Root) return Put(entry, node, proof);
        }
        catch (LedgerCorruptException)
        {
            // No signature where the index says one is, or a damaged one: the ledger itself will tell which.
        }
        state.Proofs.Distrust(entry.Id.SeqNo, marked);
        return null;
    }

    private Receipt BuildByLedger(LedgerEntry entry, SeqNo signedBy)
    {
        var node = _signatures.At(signedBy);
        var proof = _signatures.Whole(signedBy).Tree().Prove(entry.Id.SeqNo.Value);
        return proof.RootFor(entry.Leaf) == node.Root
            ? Put(entry, node, proof)
            : throw new LedgerCorruptException(files.DirectoryPath, 0, entry.Id.SeqNo, "it is not the entry that was signed");
    }

    private Receipt Put(LedgerEntry entry, NodeSignature node, MerkleProof proof) => new()
    {
        NodeCertificate = node.Certificate!,
        NodeId = node.NodeId,
        Leaf = new LeafComponents(entry.WriteSetDigest, secrets.For(entry.Id.SeqNo).CommitEvidence(entry.Id), entry.ClaimsDigest),
        Proof = proof,
        Signature = node.Signature,
    };

    // Not beyond what is durable: an entry can be found in its file before the disk has confirmed it.
    private SeqNo? NextSignature(SeqNo behind)
    {
        var last = state.LastSigned?.Id.SeqNo ?? state.Position.SeqNo;
        for (var seqno = behind.Next; seqno <= last && files.Read(seqno) is { } entry; seqno = seqno.Next)
            if (SignatureRecord.IsSignature(entry)) return seqno;
        return null;
    }
}
