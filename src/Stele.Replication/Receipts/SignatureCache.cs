using System.Collections.Concurrent;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;
using Stele.Ledger.Signatures;

namespace Stele.Replication.Receipts;

/// <summary>The node's signatures that were last asked for, out of signature transactions that were found unaltered.</summary>
/// <remarks>
/// A signature transaction holds the leaves since the one before it, up to 160 kB, all of which must be read to know that
/// it is what was sealed. One signature serves hundreds of receipts, so a few hundred bytes of each are kept: for as long as
/// the proofs' index is made again, and does not tell them.
/// </remarks>
internal sealed class SignatureCache(LedgerFiles files, SecretKeeper secrets)
{
    private const int Max = 4096; // about 1.5 MB

    private readonly ConcurrentDictionary<SeqNo, NodeSignature> _signatures = new();
    private string _certificate = "";

    /// <summary>The node's signature in a signature transaction.</summary>
    /// <exception cref="LedgerCorruptException">There is no signature transaction, or it was altered.</exception>
    public NodeSignature At(SeqNo seqno)
    {
        if (_signatures.TryGetValue(seqno, out var known)) return known;
        var read = Read(seqno);
        // Whoever goes through a whole ledger empties it now and then: simpler than knowing what was used last.
        if (_signatures.Count >= Max) _signatures.Clear();
        _signatures[seqno] = read;
        return read;
    }

    /// <summary>Reads a signature transaction whole.</summary>
    /// <exception cref="LedgerCorruptException">There is none, or it was altered.</exception>
    public SignatureRecord Whole(SeqNo seqno)
    {
        var entry = files.Read(seqno);
        if (entry is null || !entry.TryOpen(secrets.For(seqno), out _) || !SignatureRecord.TryRead(entry, out var signature))
            throw new LedgerCorruptException(files.DirectoryPath, 0, seqno, "it is not the signature transaction that was written there");
        return signature;
    }

    private NodeSignature Read(SeqNo seqno)
    {
        var node = Whole(seqno).Node
            ?? throw new LedgerCorruptException(files.DirectoryPath, 0, seqno, "it holds no signature of a node");
        if (node.Certificate is not { } certificate) return node;
        // Thousands of signatures name the same certificate: they share one text of it, and none keeps the entry it was in.
        var shared = Volatile.Read(ref _certificate);
        if (certificate != shared) Volatile.Write(ref _certificate, shared = certificate);
        return node with { Certificate = shared, Signature = node.Signature.ToArray() };
    }
}
