using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;
using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Audit;

/// <summary>
/// What a ledger's entries must be one after another: the order of ids, the nodes and the service as entries tell of them,
/// the root under each signature.
/// </summary>
/// <remarks>What it holds does not grow with the ledger: the leaves since the last signature, the nodes and the service.</remarks>
internal sealed class LedgerSequence(SignatureChecks checks)
{
    // A view passes when an election does. Each takes room in the history of views.
    private const long ViewsPassedOverMax = 1_000_000;

    private readonly UnsignedRun _unsigned = new();
    private NodeRecords _nodes = NodeRecords.None;
    private ServiceRecord _service = ServiceRecord.None;
    private readonly List<SigningService> _services = [];
    private TransactionId _serviceBegan;
    private SignatureCheck? _unchecked;
    private Digest _signedRoot;

    /// <summary>The last entry.</summary>
    public TransactionId Last { get; private set; }

    /// <summary>The last signature transaction.</summary>
    public TransactionId LastSigned { get; private set; }

    /// <summary>The signature transactions so far.</summary>
    public long Signatures { get; private set; }

    /// <summary>The service's certificate, PEM; null before there is one.</summary>
    public string? ServiceCertificate => _service.Certificate;

    /// <summary>How far the service has come, in CCF's words; null before there is one.</summary>
    public string? ServiceStatus => _service.Status;

    /// <summary>The services that signed so far, in order.</summary>
    public IReadOnlyList<SigningService> Services => _services;

    /// <summary>Begins behind the signature transaction at which a snapshot was taken; that signature is verified.</summary>
    /// <exception cref="FormatException">It does not verify.</exception>
    public void Resume(SnapshotContents snapshot)
    {
        var signature = SignatureRecord.Read(snapshot.WritesOf(TableNames.Signatures, TableNames.CoseSignatures, TableNames.Tree));
        var node = signature.Node ?? throw new FormatException("The snapshot holds no signature of a node.");
        var root = signature.Tree().Root;
        if (node.Root != root) throw new FormatException("The snapshot's tree is not the one that was signed.");
        _nodes = _nodes.With(snapshot.WritesOf(TableNames.NodesInfo, TableNames.NodesEndorsedCertificates));
        _service = _service.With(snapshot.WritesOf(TableNames.ServiceInfo));
        new SignatureCheck(signature, node.Id, root, _nodes, _service).Run();
        (Last, LastSigned) = (node.Id, node.Id);
        _unsigned.Resume(snapshot.SeqNo, snapshot.Leaf, root);
    }

    /// <summary>Judges the next entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="root">The root over all leaves before it, where it says anything of signers.</param>
    /// <returns>A signature that is to be verified too; the others are kept for <see cref="CheckLastSignature"/>.</returns>
    /// <exception cref="FormatException">It does not belong here.</exception>
    /// <exception cref="LedgerCorruptException">An entry before it is not the one that was signed.</exception>
    public SignatureCheck? Judge(in CheckedEntry entry, in Digest root)
    {
        CheckOrder(entry.Id);
        if (entry.Fault is { } fault) throw fault;
        if (entry.Statement is not { } statement) return null;
        if (statement.NamesSigners)
        {
            CheckLastSignature();
            _nodes = _nodes.With(statement.Writes);
            var before = _service;
            _service = _service.With(statement.Writes);
            if (!_service.HasKeyOf(before)) _serviceBegan = entry.Id;
        }
        if (statement.Signature is not { } signature) return null;
        CheckRoot(entry.Id, signature, root);
        _signedRoot = root;
        var check = new SignatureCheck(signature, entry.Id, root, _nodes, _service);
        if (checks == SignatureChecks.Every) return check;
        _unchecked = check;
        return null;
    }

    /// <summary>Goes on behind an entry that was judged.</summary>
    public void Advance(in CheckedEntry entry, string file, long offset)
    {
        Last = entry.Id;
        _unsigned.Append(entry.Leaf, file, offset);
        if (entry.Statement?.Signature is null) return;
        LastSigned = entry.Id;
        Signatures++;
        RememberService();
        _unsigned.Sign(_signedRoot);
    }

    /// <summary>Verifies the last signature, where that is still to be done.</summary>
    /// <exception cref="FormatException">It is not one of a node that may sign, or not one of the service.</exception>
    public void CheckLastSignature()
    {
        var check = _unchecked;
        _unchecked = null;
        check?.Run();
    }

    private void RememberService()
    {
        if (_service.Certificate is not { } certificate) return;
        if (_services is [.., var last] && last.First == _serviceBegan) _services.RemoveAt(_services.Count - 1);
        _services.Add(new SigningService(_serviceBegan, LastSigned, certificate));
    }

    private void CheckOrder(TransactionId id)
    {
        if (id.SeqNo != Last.SeqNo.Next) throw new FormatException($"Transaction {id} stands where seqno {Last.SeqNo.Next} belongs.");
        if (id.View.Value - Last.View.Value > ViewsPassedOverMax)
            throw new FormatException($"Transaction {id} stands behind {Last}: so many views cannot have passed.");
        if (id.View < Last.View) throw new FormatException($"Transaction {id} stands behind {Last}: a view never falls.");
    }

    private void CheckRoot(TransactionId id, SignatureRecord signature, in Digest root)
    {
        if (signature.Node is { } node && node.Root != root)
        {
            if (signature.TreeBytes is { } written) _unsigned.NameTheWrongLeaf(new StoredMerkleTree(written.Span));
            throw new FormatException("The signed Merkle root is not that of the entries before it.");
        }
        if (signature.TreeBytes is { } bytes && !IsTree(new StoredMerkleTree(bytes.Span), id, root))
            throw new FormatException("The tree that stands with the signature is not that of the entries before it.");
    }

    // A tree that begins at the last signature has the leaves that are at hand, and needs not be hashed.
    private bool IsTree(StoredMerkleTree tree, TransactionId id, in Digest root) =>
        tree.LeafCount == id.SeqNo.Value && (_unsigned.Has(tree) || tree.Root() == root);
}
