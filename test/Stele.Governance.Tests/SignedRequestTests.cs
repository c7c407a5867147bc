using System.Security.Cryptography;
using System.Text;
using Stele.Governance.Requests;

namespace Stele.Governance.Tests;

/// <summary>Reading what claims to be a signed request.</summary>
public sealed class SignedRequestTests : IDisposable
{
    private readonly TestMember _member = new("member");

    public void Dispose() => _member.Dispose();

    [Fact]
    public void What_was_signed_is_read()
    {
        var request = SignedRequest.Read(Sign("proposal id"));
        Assert.Equal(
            (_member.Id, RequestType.Ballot, 1_234_567_890, "proposal id"),
            (request.Header.MemberId, request.Header.Type, request.Header.CreatedAt, request.Header.ProposalId));
        Assert.Equal("body", Encoding.UTF8.GetString(request.Body.Span));
        Assert.True(request.IsSignedBy(_member.Certificate));
        using var another = new TestMember("another");
        Assert.False(request.IsSignedBy(another.Certificate));
    }

    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    [InlineData("nistP521")]
    public void A_signature_has_a_twin(string curve)
    {
        using var member = new TestMember("member", ECCurve.CreateFromFriendlyName(curve));
        for (var i = 0; i < 20; i++)
        {
            var request = SignedRequest.Read(Sign("proposal id", member));
            var twin = Twin(request);
            Assert.True(request.IsSignedBy(member.Certificate));
            Assert.True(twin.IsSignedBy(member.Certificate));
            Assert.NotEqual(request.Digest, twin.Digest);
            Assert.Equal(request.Digest, Twin(twin).Digest);
        }
    }

    // Whoever sees a signature can make another one of it, which verifies as well.
    internal static SignedRequest Twin(SignedRequest request)
    {
        var (bytes, signature) = (request.Bytes.ToArray(), request.TwinSignature());
        signature.CopyTo(bytes.AsSpan(^signature.Length));
        return SignedRequest.Read(bytes);
    }

    [Fact]
    public void Damaged_requests_are_read_or_refused_and_nothing_else()
    {
        var good = Sign("0123456789");
        var chance = new Chance();
        for (var i = 0; i < 1_000_000; i++)
        {
            var bytes = chance.Damage(good);
            try
            {
                _ = SignedRequest.Read(bytes).Header.Type;
            }
            catch (FormatException)
            {
                // As it must be.
            }
        }
    }

    [Fact]
    public void A_damaged_request_is_signed_by_nobody()
    {
        var good = Sign("0123456789");
        for (var bit = 0; bit < good.Length * 8; bit += 3)
        {
            var bytes = (byte[])good.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.False(SignedRequest.Read(bytes).IsSignedBy(_member.Certificate), $"bit {bit}");
            }
            catch (FormatException)
            {
                // Refused before.
            }
        }
    }

    private byte[] Sign(string proposal, TestMember? member = null) => RequestSigning.Sign(
        (member ?? _member).Key, (member ?? _member).Certificate, RequestType.Ballot,
        DateTimeOffset.FromUnixTimeSeconds(1_234_567_890), proposal, "body"u8);

    // The same damage in every run.
    private sealed class Chance
    {
        private ulong _state = 88172645463325252;

        public byte[] Damage(byte[] good)
        {
            var bytes = good.AsSpan(0, Next(8) == 0 ? Next(good.Length) : good.Length).ToArray();
            // Mostly the header: what lies behind it is bytes of any value.
            for (var left = Next(4) + 1; left > 0 && bytes.Length > 0; left--)
                bytes[Next(Next(4) == 0 ? bytes.Length : Math.Min(bytes.Length, 200))] = Interesting();
            return bytes;
        }

        private byte Interesting() => Next(3) == 0 ? (byte)Next(256) : (byte)((Next(8) << 5) | (24 + Next(8)));

        private int Next(int below)
        {
            _state ^= _state << 13;
            _state ^= _state >> 7;
            _state ^= _state << 17;
            return (int)(_state % (ulong)below);
        }
    }
}
