using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Secrets;

/// <summary>The ledger secrets that a node has, and takes from the ledger when it is given more.</summary>
/// <remarks>
/// <see cref="Known"/> follows what is durable. Whoever reads or writes ahead of that goes on from it with
/// <see cref="After"/>, and forgets what did not become durable. One thread takes, any thread reads.
/// </remarks>
public sealed class SecretKeeper
{
    private readonly (string NodeId, EncryptionKey Key)? _node;
    private readonly Action<LedgerSecrets> _keep;
    private volatile LedgerSecrets _known;

    /// <summary>A keeper of a node's secrets.</summary>
    /// <param name="known">Those that it has.</param>
    /// <param name="nodeId">The node.</param>
    /// <param name="key">The key that it is given secrets under.</param>
    /// <param name="keep">Keeps all of them durably, where the next start finds them.</param>
    public SecretKeeper(LedgerSecrets known, string nodeId, EncryptionKey key, Action<LedgerSecrets> keep) =>
        (_known, _node, _keep) = (known, (nodeId, key), keep);

    /// <summary>A keeper that is never given more.</summary>
    public SecretKeeper(LedgerSecrets known) => (_known, _keep) = (known, _ => { });

    /// <summary>A keeper of one secret for the whole ledger, that is never given more.</summary>
    public SecretKeeper(LedgerSecret secret) : this(new LedgerSecrets(secret))
    {
    }

    /// <summary>The secrets as of the last durable transaction.</summary>
    public LedgerSecrets Known => _known;

    /// <summary>The secret that seals a seqno.</summary>
    /// <exception cref="SecretUnknownException">This node does not have it.</exception>
    public LedgerSecret For(SeqNo seqno) => _known.For(seqno) ?? throw new SecretUnknownException(seqno);

    /// <summary>The secrets behind a transaction that is not durable yet.</summary>
    /// <param name="secrets">Those before it.</param>
    /// <param name="seqno">The transaction.</param>
    /// <param name="writes">What it wrote.</param>
    /// <exception cref="FormatException">What it gives this node cannot be opened.</exception>
    public LedgerSecrets After(LedgerSecrets secrets, SeqNo seqno, WriteSet writes)
    {
        if (_node is not { } node || writes.Find(SecretDelivery.Table) is null) return secrets;
        foreach (var (from, secret) in SecretDelivery.Read(writes, seqno, node.NodeId, node.Key)) secrets = secrets.With(from, secret);
        return secrets;
    }

    /// <summary>Takes secrets that were found in a ledger that this node is about to go on from.</summary>
    /// <exception cref="FormatException">One is another than this node has from the same seqno on.</exception>
    /// <exception cref="IOException">The disk does not keep them.</exception>
    public void Take(LedgerSecrets found)
    {
        var secrets = found.All.Aggregate(_known, (known, secret) => known.With(secret.Key, secret.Value));
        if (!ReferenceEquals(secrets, _known)) Keep(secrets);
    }

    /// <summary>
    /// Forgets the secrets that no entry was sealed with, where a ledger's end was lost for good: what is written there now is not
    /// sealed with them.
    /// </summary>
    /// <param name="last">The ledger's last entry.</param>
    /// <returns>Whether there were any; they are zeroed: nothing can have been sealed with them.</returns>
    /// <exception cref="IOException">The disk does not keep it.</exception>
    public bool ForgetBehind(SeqNo last)
    {
        var known = _known.All.ToLookup(secret => secret.Key <= last.Next);
        if (!known[false].Any()) return false;
        Keep(new LedgerSecrets(known[true]));
        foreach (var (_, forgotten) in known[false]) forgotten.Dispose();
        return true;
    }

    /// <summary>Takes what a durable transaction gives.</summary>
    /// <exception cref="FormatException">What it gives this node cannot be opened.</exception>
    /// <exception cref="IOException">The disk does not keep it.</exception>
    public void Take(SeqNo seqno, WriteSet writes)
    {
        var secrets = After(_known, seqno, writes);
        if (!ReferenceEquals(secrets, _known)) Keep(secrets);
    }

    private void Keep(LedgerSecrets secrets)
    {
        _keep(secrets);
        _known = secrets;
    }
}
