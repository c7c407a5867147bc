using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Stele.Cryptography.Hashing;
using Stele.Cryptography.Sealing;

namespace Stele.Cryptography.Tests;

/// <summary>Our way to SHA-256 against the runtime's own, which goes another.</summary>
public sealed class Sha256Tests
{
    [Fact]
    public void The_fast_way_is_there_on_Linux() => Assert.Equal(OperatingSystem.IsLinux(), OpenSslSha256.IsThere);

    [Fact]
    public void Every_length_across_blocks_and_ways_hashes_as_the_runtime_does()
    {
        var message = RandomNumberGenerator.GetBytes(5000);
        Span<byte> hash = stackalloc byte[32];
        for (var length = 0; length <= message.Length; length += length < 300 ? 1 : 97)
        {
            Sha256.Hash(message.AsSpan(0, length), hash);
            Assert.True(hash.SequenceEqual(SHA256.HashData(message.AsSpan(0, length))), $"{length} bytes");
        }
    }

    [Fact]
    public void Keyed_hashes_are_the_runtimes_for_any_key_and_message() =>
        Prop.ForAll<byte[], byte[]>((key, message) =>
        {
            var hash = new byte[32];
            Sha256.Hmac(key, message, hash);
            return hash.AsSpan().SequenceEqual(HMACSHA256.HashData(key, message));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_key_that_is_prepared_once_hashes_as_the_runtime_does() =>
        Prop.ForAll<byte[]>(message =>
        {
            var bytes = RandomNumberGenerator.GetBytes(Digest.Size);
            using var key = new HmacKey(new Digest(bytes));
            var hash = new byte[32];
            key.Hash(message, hash);
            Assert.Equal(HMACSHA256.HashData(bytes, message), hash);
            key.Hash(message, hash);
            Assert.Equal(HMACSHA256.HashData(bytes, message), hash);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void Keys_of_every_kind_of_length_are_taken(int length)
    {
        var key = RandomNumberGenerator.GetBytes(length);
        var message = RandomNumberGenerator.GetBytes(2500);
        var hash = new byte[32];
        foreach (var size in (int[])[0, 1, 63, 64, 2048, 2049, 2500])
        {
            Sha256.Hmac(key, message.AsSpan(0, size), hash);
            Assert.Equal(HMACSHA256.HashData(key, message.AsSpan(0, size)), hash);
        }
    }

    // RFC 4231, test cases 1 and 2.
    [Theory]
    [InlineData("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")]
    [InlineData("4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    public void The_RFCs_vectors_hold(string key, string message, string expected) =>
        Assert.Equal(expected, Digest.Keyed(Convert.FromHexString(key), Convert.FromHexString(message)).ToHex());

    [Fact]
    public void The_digest_of_commit_evidence_is_that_of_its_text()
    {
        using var secret = LedgerSecret.Generate();
        foreach (var id in (TransactionId[])[TransactionId.Of(2, 1), TransactionId.Of(int.MaxValue, long.MaxValue)])
            Assert.Equal(Digest.Of(Encoding.ASCII.GetBytes(secret.CommitEvidence(id))), secret.CommitEvidenceDigest(id));
    }
}
