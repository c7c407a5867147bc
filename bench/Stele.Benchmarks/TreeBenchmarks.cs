using BenchmarkDotNet.Attributes;
using Stele.Cryptography.Merkle;

namespace Stele.Benchmarks;

/// <summary>The Merkle tree between two signatures: entries come, a root is taken, what lies before is forgotten.</summary>
public class TreeBenchmarks
{
    private readonly Digest _leaf = Digest.Of("leaf"u8);
    private MerkleTree _tree = new();
    private MerkleProof _proof = new([]);

    /// <summary>How many entries one signature covers.</summary>
    [Params(100, 1000)]
    public int Leaves { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _tree = Grown(new MerkleTree());
        _proof = Prove();
    }

    [Benchmark(Description = "append the leaves, take the root")]
    public Digest AppendAndRoot() => Grown(new MerkleTree()).Root;

    [Benchmark(Description = "root")]
    public Digest Root() => _tree.Root;

    [Benchmark(Description = "prove")]
    public MerkleProof Prove() => _tree.Prove(Leaves / 2);

    [Benchmark(Description = "root of a proof")]
    public Digest RootOfProof() => _proof.RootFor(_leaf);

    private MerkleTree Grown(MerkleTree tree)
    {
        for (var i = 0; i < Leaves; i++) tree.Append(_leaf);
        return tree;
    }
}
