using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;
using Stele.Ledger.Snapshots;

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
    private readonly SignatureChecks _checks;
    private readonly ServiceRecord _service = new();
    private readonly NodeRecords _nodes = new();

    // Where each retained leaf's entry lies, so that a leaf that turns out wrong can be named.
    private readonly List<(string File, long Offset)> _places = [("", 0)];

    private (SignatureRecord Record, TransactionId Id, Digest Root)? _unchecked;

    /// <summary>A validator of a ledger from its first entry on.</summary>
    /// <param name="secrets">The ledger secrets; null for an auditor who has none.</param>
    /// <param name="checks">Which signatures to verify.</param>
    public LedgerValidator(LedgerSecrets? secrets, SignatureChecks checks) => (_secrets, _checks) = (secrets, checks);

    /// <summary>The tree over all entries so far.</summary>
    public MerkleTree Tree { get; private set; } = new();

    /// <summary>The last entry.</summary>
    public TransactionId Last { get; private set; }

    /// <summary>The last signature transaction: everything up to it is verified.</summary>
    public TransactionId LastSigned { get; private set; }

    /// <summary>The signature transactions so far.</summary>
    public long Signatures { get; private set; }

    /// <summary>The certificate of the service by whom the last signature was made, PEM; null before there is one.</summary>
    public string? ServiceCertificate => _service.Certificate;

    /// <summary>Goes on from a snapshot that the service vouches for, instead of from the first entry.</summary>
    /// <returns>The signature transaction at which it was taken.</returns>
    /// <exception cref="FormatException">The signature in it does not verify.</exception>
    public TransactionId Resume(SnapshotContents snapshot)
    {
        var signature = SignatureRecord.Read(snapshot.WritesOf(TableNames.Signatures, TableNames.CoseSignatures, TableNames.Tree));
        var node = signature.Node ?? throw new FormatException("The snapshot holds no signature of a node.");
        var tree = signature.Tree();
        if (node.Root != tree.Root || tree.LeafCount != snapshot.SeqNo.Value)
            throw new FormatException("The snapshot's tree is not the one that was signed.");
        _nodes.Apply(snapshot.WritesOf(TableNames.NodesInfo, TableNames.NodesEndorsedCertificates));
        _service.Apply(snapshot.WritesOf(TableNames.ServiceInfo));
        _unchecked = (signature, node.Id, tree.Root);
        CheckLastSignature();
        tree.Append(snapshot.Leaf);
        tree.Forget(snapshot.SeqNo.Value);
        (Tree, Last, LastSigned) = (tree, node.Id, node.Id);
        return node.Id;
    }

    /// <summary>Takes the next entry.</summary>
    /// <returns>What it writes to private tables; nothing where the validator has no secrets.</returns>
    /// <exception cref="LedgerCorruptException">It does not verify.</exception>
    public WriteSet Accept(LedgerEntry entry, string file, long offset)
    {
        try
        {
            CheckOrder(entry.Id);
            var privateWrites = CheckSeal(entry);
            // A signature is judged by the nodes and the service as they were when it was made.
            if (NodeRecords.AreIn(entry.PublicWrites) || ServiceRecord.IsIn(entry.PublicWrites)) CheckLastSignature();
            _nodes.Apply(entry.PublicWrites);
            _service.Apply(entry.PublicWrites);
            var signed = SignatureRecord.TryRead(entry, out var signature);
            if (signed) CheckTree(signature!);
            if (signed) _unchecked = (signature!, entry.Id, Tree.Root);
            if (_checks == SignatureChecks.Every) CheckLastSignature();
            Append(entry, file, offset, signed);
            return privateWrites;
        }
        catch (FormatException fault)
        {
            throw new LedgerCorruptException(file, offset, entry.Id.SeqNo, fault.Message);
        }
    }

    /// <summary>Verifies the last signature, where that is still to be done.</summary>
    /// <exception cref="FormatException">It is not one of a node that may sign, or not one of the service.</exception>
    public void CheckLastSignature()
    {
        if (_unchecked is not { } last) return;
        _unchecked = null;
        if (last.Record.Node is { } node) _nodes.Verify(node, last.Id);
        if (last.Record.Cose is { } cose) _service.Verify(cose, last.Root, last.Id);
        else if (last.Record.Node is null) throw new FormatException("The signature transaction holds no signature.");
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
            && entry.CommitEvidenceDigest != secret.CommitEvidenceDigest(entry.Id))
            throw new FormatException("The commit evidence digest is not that of this transaction.");
        return privateWrites;
    }

    private void CheckTree(SignatureRecord signature)
    {
        var root = Tree.Root;
        if (signature.Node is { } node && node.Root != root)
        {
            NameTheWrongLeaf(signature);
            throw new FormatException("The signed Merkle root is not that of the entries before it.");
        }
        if (signature.TreeBytes is not { } bytes) return;
        var recorded = MerkleTreeFormat.Read(bytes.Span);
        if (recorded.LeafCount != Tree.LeafCount || recorded.Root != root)
            throw new FormatException("The tree that stands with the signature is not that of the entries before it.");
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
