using System.Security.Cryptography.X509Certificates;
using BenchmarkDotNet.Attributes;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Merkle;
using Stele.Receipts;

namespace Stele.Benchmarks;

/// <summary>A signature over a root, and what a client does with a receipt.</summary>
public class ReceiptBenchmarks
{
    private const int Leaves = 1000;
    private const int Proven = 500;
    private readonly SigningKey _service = SigningKey.Generate();
    private readonly SigningKey _node = SigningKey.Generate();
    private readonly MerkleTree _tree = new();
    private X509Certificate2 _certificate = null!;
    private Receipt _receipt = null!;
    private Digest _root;

    [GlobalSetup]
    public void SetUp()
    {
        var now = TimeProvider.System.GetUtcNow();
        _certificate = CertificateAuthority.Create(_service, "CCF Network", now, TimeSpan.FromDays(1));
        using var node = CertificateAuthority.Endorse(
            _certificate, _service, _node, "CCF Node", ["localhost"], now, TimeSpan.FromDays(1));
        var leaf = new LeafComponents(Digest.Of("writes"u8), "ce:2.500:00", Digest.Of("claims"u8));
        for (var seqno = 1; seqno < Leaves; seqno++) _tree.Append(seqno == Proven ? leaf.ToLeaf() : Digest.Of("leaf"u8));
        _root = _tree.Root;
        _receipt = new Receipt
        {
            NodeCertificate = node.ExportCertificatePem(),
            Leaf = leaf,
            Proof = _tree.Prove(Proven),
            Signature = Sign(),
        };
        if (Verify() is { IsVerified: false } verdict) throw new InvalidOperationException(verdict.ToString());
    }

    [Benchmark(Description = "sign a root")]
    public byte[] Sign() => _node.SignDigest(_root);

    [Benchmark(Description = "verify a receipt")]
    public ReceiptVerdict Verify() => ReceiptVerifier.Verify(_receipt, _certificate);
}
