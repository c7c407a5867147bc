using System.Collections.Concurrent;
using Stele.Cryptography;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Proofs;

/// <summary>The signers last met, so that thousands of signatures share one text of each certificate.</summary>
internal sealed class KnownSigners
{
    // A node has a new certificate with each start: more than these are met only by who reads a ledger of many years.
    private const int Max = 256;

    private readonly ConcurrentDictionary<Digest, Signer> _byDigest = new();
    private Signer _last = new("", "");

    /// <summary>The signer of a digest; null where it has not been met.</summary>
    public Signer? Find(in Digest digest) => _byDigest.GetValueOrDefault(digest);

    /// <summary>Remembers a signer.</summary>
    public Signer Add(in Digest digest, Signer signer)
    {
        if (_byDigest.Count >= Max) _byDigest.Clear();
        return _byDigest.GetOrAdd(digest, signer);
    }

    /// <summary>The same signature with the texts of the one before it, where they are equal. For one thread.</summary>
    public NodeSignature Share(NodeSignature signature)
    {
        if (signature.Certificate is not { } certificate) return signature;
        var signer = new Signer(signature.NodeId, certificate);
        if (signer != _last) _last = signer;
        return signature with { NodeId = _last.NodeId, Certificate = _last.Certificate };
    }
}
