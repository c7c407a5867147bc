using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Proofs;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Tests.Proofs;

/// <summary>Random leaves and signatures, and the textbook's tree over them.</summary>
internal sealed class NaiveProofs
{
    private readonly bool[] _signatures;
    private readonly Dictionary<int, Digest> _roots = [];

    public NaiveProofs(int count, Random random)
    {
        Leaves = new Digest[count];
        _signatures = new bool[count];
        var tree = new MerkleTree();
        for (var i = 1; i < count; i++)
        {
            _roots[i] = tree.Root; // what a signature at i signs
            Leaves[i] = Digest.Of(BitConverter.GetBytes(i + random.Next()));
            _signatures[i] = random.Next(40) == 0 || i == count - 1;
            tree.Append(Leaves[i]);
            tree.Forget(i);
        }
    }

    public Digest[] Leaves { get; }

    public ProofLeaf Leaf(int seqno) => new(Leaves[seqno], _signatures[seqno], SignatureAt(seqno));

    public bool IsSignature(int seqno) => _signatures[seqno];

    /// <summary>The signature at a seqno: of one of three nodes, and every 50th of a kind that no index keeps.</summary>
    public NodeSignature? SignatureAt(int seqno) => !_signatures[seqno] || seqno % 50 == 0 ? null : new NodeSignature
    {
        NodeId = $"node {seqno % 3}",
        Certificate = $"certificate {seqno % 3}",
        Id = TransactionId.Of(2, seqno),
        Root = _roots[seqno],
        Signature = Leaves[seqno].Span.ToArray().Concat(Leaves[seqno].Span.ToArray()).Take(1 + (seqno % 64)).ToArray(),
    };

    public Digest RootAt(int signature) => _roots[signature];

    public void AssertSame(ProofIndex index, Random random, int last, int samples)
    {
        for (var i = 0; i < samples; i++) AssertSame(index, random.Next(last), last);
    }

    public void AssertSame(ProofIndex index, int entry, int last)
    {
        var signature = Array.FindIndex(_signatures, entry + 1, isOne => isOne);
        Assert.Equal(new SeqNo(signature), index.NextSignature(new SeqNo(entry)));
        foreach (var signedBy in (int[])[signature, last])
            Assert.Equal(_roots[signedBy], index.Prove(new SeqNo(entry), new SeqNo(signedBy))!.RootFor(Leaves[entry]));
        Assert.Null(index.NextSignature(new SeqNo(last)));
    }

    public void AssertSameSignatures(ProofIndex index, int from, int to)
    {
        for (var seqno = from; seqno < to; seqno++)
            if (_signatures[seqno]) AssertSame(SignatureAt(seqno), index.SignatureAt(new SeqNo(seqno)));
    }

    public static void AssertSame(NodeSignature? expected, NodeSignature? found)
    {
        if (expected is null) Assert.Null(found);
        else
        {
            Assert.Equal(expected with { Signature = default }, found! with { Signature = default });
            Assert.True(expected.Signature.Span.SequenceEqual(found.Signature.Span));
        }
    }
}
