using BenchmarkDotNet.Attributes;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Receipts;

namespace Stele.Benchmarks;

/// <summary>What the sequencer does for each entry, and its parts.</summary>
public class EntryBenchmarks
{
    private static readonly CollectionId Collection = new("bench");
    private readonly LedgerSecret _secret = LedgerSecret.Generate();
    private readonly TransactionId _id = new(View.First, new SeqNo(1_234_567));
    private readonly byte[] _tag = new byte[LedgerSecret.TagSize];
    private readonly WriteSet _writes = new();
    private byte[] _contents = [];
    private byte[] _sealed = [];
    private byte[] _claimKey = [];
    private Digest _claims;

    /// <summary>The size of the entry's contents.</summary>
    [Params(64, 1024, 65536)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _contents = new byte[Bytes];
        _sealed = new byte[Bytes];
        _claimKey = new byte[ClaimsDigest.SecretKeySize];
        _secret.DeriveClaimKey(_id, _claimKey);
        _writes.Put(TableNames.PrivateLogs, "bench"u8.ToArray(), _contents);
        _claims = Claims();
    }

    [Benchmark(Description = "claims digest")]
    public Digest Claims() => ClaimsDigest.OfEntry(Collection, _contents, _claimKey);

    [Benchmark(Description = "commit evidence")]
    public Digest Evidence() => _secret.CommitEvidenceDigest(_id);

    [Benchmark(Description = "digest")]
    public Digest DigestOfContents() => Digest.Of(_contents);

    [Benchmark(Description = "seal")]
    public void Seal() => _secret.Seal(_id, [], _contents, _sealed, _tag);

    [Benchmark(Description = "encode, with seal, digests and evidence")]
    public EncodedEntry Encode() => EntryEncoder.Encode(_id, _writes, _claims, _secret, default);
}
