using System.Text;
using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Audit;

/// <summary>
/// Takes a ledger's entries one after another and checks each: all that CCF's own validator checks at its full level
/// (order of a node's and the service's certificates, states, both signatures, the root), and beyond that the continuity of
/// ids, the tree stored with each signature and, given the ledger secrets, each GCM tag and commit evidence.
/// </summary>
/// <remarks>
/// The auditor and the node's start-up use the same one. What it holds does not grow with the ledger: the leaves since the
/// last signature, the nodes and the service.
/// </remarks>
public sealed class LedgerValidator
{
    private readonly LedgerSecrets? _secrets;
    private readonly ServiceRecord _service = new();
    private readonly NodeRecords _nodes = new();

    // Where each retained leaf's entry lies, so that a leaf that turns out wrong can be named.
    private readonly List<(string File, long Offset)> _places = [("", 0)];

    /// <summary>A validator of a ledger from its first entry on.</summary>
    /// <param name="secrets">The ledger secrets; null for an auditor who has none.</param>
    public LedgerValidator(LedgerSecrets? secrets) => _secrets = secrets;

    /// <summary>The tree over all entries so far.</summary>
    public MerkleTree Tree { get; } = new();

    /// <summary>The last entry.</summary>
    public TransactionId Last { get; private set; }

    /// <summary>The last signature transaction: everything up to it is verified.</summary>
    public TransactionId LastSigned { get; private set; }

    /// <summary>The signature transactions so far.</summary>
    public long Signatures { get; private set; }

    /// <summary>The certificate of the service by whom the last signature was made, PEM; null before there is one.</summary>
    public string? ServiceCertificate => _service.Certificate;

    /// <summary>Takes the next entry.</summary>
    /// <returns>What it writes to private tables; nothing where the validator has no secrets.</returns>
    /// <exception cref="LedgerCorruptException">It does not verify.</exception>
    public WriteSet Accept(LedgerEntry entry, string file, long offset)
    {
        try
        {
            CheckOrder(entry.Id);
            var privateWrites = CheckSeal(entry);
            _nodes.Apply(entry.PublicWrites);
            var signed = SignatureRecord.TryRead(entry, out var signature);
            if (signature?.Node is { } node) CheckRoot(signature, node.Root);
            if (signature?.Node is { } raw) _nodes.Verify(raw, entry.Id);
            _service.Apply(entry.PublicWrites);
            if (signed) CheckService(signature!, entry.Id);
            Append(entry, file, offset, signed);
            return privateWrites;
        }
        catch (FormatException fault)
        {
            throw new LedgerCorruptException(file, offset, entry.Id.SeqNo, fault.Message);
        }
    }

    private void CheckOrder(TransactionId id)
    {
        if (id.SeqNo != Last.SeqNo.Next) throw new FormatException($"Transaction {id} stands where seqno {Last.SeqNo.Next} belongs.");
        if (id.View < Last.View) throw new FormatException($"Transaction {id} stands behind {Last}: a view never falls.");
    }

    private WriteSet CheckSeal(LedgerEntry entry)
    {
        if (_secrets?.For(entry.Id.SeqNo) is not { } secret) return new WriteSet();
        if (!entry.TryOpen(secret, out var privateWrites))
            throw new FormatException("The entry does not open under the ledger secret: it is not what was sealed.");
        if (entry.Type is EntryType.WriteSetWithCommitEvidenceAndClaims or EntryType.WriteSetWithCommitEvidence
            && entry.CommitEvidenceDigest != Digest.Of(Encoding.ASCII.GetBytes(secret.CommitEvidence(entry.Id))))
            throw new FormatException("The commit evidence digest is not that of this transaction.");
        return privateWrites;
    }

    private void CheckRoot(SignatureRecord signature, in Digest root)
    {
        if (Tree.Root == root) return;
        NameTheWrongLeaf(signature);
        throw new FormatException("The signed Merkle root is not that of the entries before it.");
    }

    // The tree that stands with a signature holds the leaves as they were: the first that differs is the altered entry.
    private void NameTheWrongLeaf(SignatureRecord signature)
    {
        if (signature.TreeBytes is not { } bytes) return;
        var recorded = MerkleTreeFormat.Read(bytes.Span);
        for (var index = Math.Max(recorded.FirstRetained, Tree.FirstRetained); index < Tree.LeafCount; index++)
        {
            if (index >= recorded.LeafCount) return;
            var leaf = recorded.RetainedLeaves[(int)(index - recorded.FirstRetained)];
            if (leaf == Tree.RetainedLeaves[(int)(index - Tree.FirstRetained)]) continue;
            var (file, offset) = _places[(int)(index - Tree.FirstRetained)];
            throw new LedgerCorruptException(
                file, offset, new SeqNo(index), "the entry is not the one whose digest was signed");
        }
    }

    private void CheckService(SignatureRecord signature, TransactionId id)
    {
        if (signature.TreeBytes is { } bytes) CheckTree(MerkleTreeFormat.Read(bytes.Span));
        if (signature.Cose is { } cose) _service.Verify(cose, Tree.Root, id);
        else if (signature.Node is null) throw new FormatException("The signature transaction holds no signature.");
    }

    private void CheckTree(MerkleTree recorded)
    {
        if (recorded.LeafCount != Tree.LeafCount || recorded.Root != Tree.Root)
            throw new FormatException("The tree that stands with the signature is not that of the entries before it.");
    }

    private void Append(LedgerEntry entry, string file, long offset, bool signed)
    {
        Tree.Append(entry.Leaf);
        _places.Add((file, offset));
        Last = entry.Id;
        if (!signed) return;
        LastSigned = entry.Id;
        Signatures++;
        _places.RemoveRange(0, _places.Count - 1);
        Tree.Forget(entry.Id.SeqNo.Value);
    }
}
