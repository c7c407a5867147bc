using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;
using Stele.Receipts;

namespace Stele.Replication.Receipts;

/// <summary>
/// <em>Before this:</em> the ledger files. <em>Here:</em> a receipt is read out of the ledger: the entry itself, and the
/// signature transaction behind it, which holds the tree, the root and the node's signature. <em>Next:</em> whoever
/// verifies it.
/// </summary>
/// <remarks>Holds nothing in memory: a receipt costs the same whatever the ledger holds, and is always the same one.</remarks>
public sealed class ReceiptBuilder(LedgerFiles files, LedgerSecret secret)
{
    /// <summary>The receipt of a committed entry.</summary>
    /// <returns>The receipt; null where no signature transaction stands behind the entry yet.</returns>
    public Receipt? Build(LedgerEntry entry)
    {
        if (NextSignature(entry.Id.SeqNo) is not { Node: { } node } signature) return null;
        return new Receipt
        {
            NodeCertificate = node.Certificate!,
            NodeId = node.NodeId,
            Leaf = new LeafComponents(entry.WriteSetDigest, secret.CommitEvidence(entry.Id), entry.ClaimsDigest),
            Proof = signature.Tree().Prove(entry.Id.SeqNo.Value),
            Signature = node.Signature,
        };
    }

    private SignatureRecord? NextSignature(SeqNo behind)
    {
        for (var seqno = behind.Next; files.Read(seqno) is { } entry; seqno = seqno.Next)
            if (SignatureRecord.TryRead(entry, out var signature)) return signature;
        return null;
    }
}
