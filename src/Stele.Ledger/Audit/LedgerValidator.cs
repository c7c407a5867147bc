using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;
using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Audit;

/// <summary>
/// Takes a ledger's entries one after another and checks each: all that CCF's own validator checks at its full level
/// (order of a node's and the service's certificates, states, both signatures, the root), and beyond that the continuity of
/// ids, the tree stored with each signature and, given the ledger secrets, each GCM tag and commit evidence.
/// </summary>
/// <remarks>
/// This is the node's start-up, which needs the entries one by one; the auditor makes the same checks
/// (<see cref="CheckedEntry"/>, <see cref="LedgerSequence"/>) on many threads. What it holds does not grow with the
/// ledger: the leaves since the last signature, the nodes and the service.
/// </remarks>
public sealed class LedgerValidator
{
    private readonly SecretKeeper? _keeper;
    private readonly LedgerSequence _sequence;

    /// <summary>A validator of a ledger from its first entry on.</summary>
    /// <param name="secrets">The ledger secrets; null for an auditor who has none.</param>
    /// <param name="checks">Which signatures to verify.</param>
    public LedgerValidator(SecretKeeper? secrets, SignatureChecks checks) =>
        (_keeper, Secrets, _sequence) = (secrets, secrets?.Known, new LedgerSequence(checks));

    /// <summary>The tree over all entries so far.</summary>
    public MerkleTree Tree { get; private set; } = new();

    /// <summary>The secrets, and those that the entries so far have given; null for an auditor who has none.</summary>
    public LedgerSecrets? Secrets { get; private set; }

    /// <summary>The last entry.</summary>
    public TransactionId Last => _sequence.Last;

    /// <summary>The last signature transaction: everything up to it is verified.</summary>
    public TransactionId LastSigned => _sequence.LastSigned;

    /// <summary>The signature transactions so far.</summary>
    public long Signatures => _sequence.Signatures;

    /// <summary>The certificate of the service by whom the last signature was made, PEM; null before there is one.</summary>
    public string? ServiceCertificate => _sequence.ServiceCertificate;

    /// <summary>Goes on from a snapshot that the service vouches for, instead of from the first entry.</summary>
    /// <returns>The signature transaction at which it was taken.</returns>
    /// <exception cref="FormatException">The signature in it does not verify.</exception>
    public TransactionId Resume(SnapshotContents snapshot)
    {
        var tree = snapshot.Tree();
        _sequence.Resume(snapshot);
        tree.Forget(snapshot.SeqNo.Value);
        Tree = tree;
        return _sequence.Last;
    }

    /// <summary>Takes the next entry.</summary>
    /// <returns>What it writes to private tables; nothing where the validator has no secrets.</returns>
    /// <exception cref="LedgerCorruptException">It does not verify.</exception>
    public WriteSet Accept(LedgerEntry entry, string file, long offset)
    {
        try
        {
            var known = CheckedEntry.Of(entry, Secrets, out var privateWrites);
            var root = known.Statement is null ? Digest.Zero : Tree.Root;
            _sequence.Judge(known, root)?.Run();
            _sequence.Advance(known, file, offset);
            Tree.Append(known.Leaf);
            // What it gives opens the entries behind it, which may be verified before it is durable.
            if (Secrets is not null) Secrets = _keeper!.After(Secrets, entry.Id.SeqNo, entry.PublicWrites);
            if (_sequence.LastSigned == entry.Id) Tree.Forget(entry.Id.SeqNo.Value);
            return privateWrites;
        }
        catch (FormatException fault)
        {
            throw new LedgerCorruptException(file, offset, entry.Id.SeqNo, fault.Message);
        }
    }

    /// <summary>Verifies the last signature, where that is still to be done.</summary>
    /// <exception cref="FormatException">It is not one of a node that may sign, or not one of the service.</exception>
    public void CheckLastSignature() => _sequence.CheckLastSignature();
}
