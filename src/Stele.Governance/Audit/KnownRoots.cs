using Stele.Cryptography;

namespace Stele.Governance.Audit;

/// <summary>The Merkle roots that the last states of a ledger had: by them proposals and acknowledgements name a state.</summary>
internal sealed class KnownRoots
{
    // A request is decided on one of the newest; how many are signed meanwhile depends on the load.
    private const int CountMax = 4096;

    private readonly Queue<Digest> _signed = new();

    /// <summary>The root over all transactions before the one that is judged: what CCF takes.</summary>
    public Digest Current { get; set; }

    /// <summary>The root that the newest signature transaction signed.</summary>
    public Digest Newest { get; private set; }

    /// <summary>Takes a root that was signed.</summary>
    public void Sign(in Digest root)
    {
        Newest = root;
        _signed.Enqueue(root);
        if (_signed.Count > CountMax) _signed.Dequeue();
    }

    /// <summary>A root that has a property; none where no state of the ledger had such a one.</summary>
    public Digest? Find(Func<Digest, bool> isIt)
    {
        if (isIt(Current)) return Current;
        foreach (var root in _signed.Reverse())
            if (isIt(root)) return root;
        return null;
    }
}
