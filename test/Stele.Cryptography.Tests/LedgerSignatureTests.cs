using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Cose;
using Stele.Cryptography.Keys;

namespace Stele.Cryptography.Tests;

/// <summary>The service's signature over a root, ours and a real service's.</summary>
public sealed class LedgerSignatureTests
{
    private static readonly Digest Root = Digest.Of([1, 2, 3]);
    private static readonly DateTimeOffset Time = new(2026, 7, 31, 12, 0, 1, TimeSpan.Zero);

    [Fact]
    public void A_signature_is_read_back_and_verifies_for_its_root_and_key_alone()
    {
        using var key = SigningKey.Generate();
        using var other = SigningKey.Generate();
        var bytes = LedgerSignature.Create(key, TransactionId.Of(2, 18), Root, Time.AddMilliseconds(600), "issuer", "subject");
        var signature = LedgerSignature.Read(bytes);
        Assert.Equal(Time, signature.IssuedAt);
        Assert.Equal(TransactionId.Of(2, 18), signature.Id);
        Assert.Equal(key.KeyId, signature.KeyId);
        Assert.True(Verify(signature, key, Root));
        Assert.False(Verify(signature, key, Digest.Zero));
        Assert.False(Verify(signature, other, Root));
    }

    [Fact]
    public void Any_changed_byte_makes_it_fail()
    {
        using var key = SigningKey.Generate();
        var bytes = LedgerSignature.Create(key, TransactionId.Of(2, 18), Root, DateTimeOffset.UnixEpoch, "issuer", "subject");
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 1;
            Assert.False(Accepts(changed, key), $"byte {i}");
            Assert.False(Accepts(bytes[..i], key), $"cut to {i}");
        }
        Assert.False(Accepts([.. bytes, 0], key));
    }

    [Fact]
    public void Certificates_are_what_a_tls_client_accepts_by_name()
    {
        using var serviceKey = SigningKey.Generate();
        using var nodeKey = SigningKey.Generate();
        var now = TimeProvider.System.GetUtcNow();
        using var service = CertificateAuthority.Create(serviceKey, "CCF Network", now, TimeSpan.FromDays(2));
        using var node = CertificateAuthority.Endorse(
            service, serviceKey, nodeKey, "CCF Node", ["localhost", "127.0.0.1", "::1"], now, TimeSpan.FromDays(1));
        using var chain = new X509Chain
        {
            ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
        };
        chain.ChainPolicy.CustomTrustStore.Add(service);
        Assert.True(chain.Build(node), string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation)));
        Assert.True(node.MatchesHostname("localhost"));
        Assert.True(node.MatchesHostname("127.0.0.1"));
        Assert.False(node.MatchesHostname("example.org"));
        Assert.True(CertificateSignature.IsSignedBy(node, service));
        Assert.False(CertificateSignature.IsSignedBy(service, node));
    }

    private static bool Accepts(byte[] bytes, SigningKey key)
    {
        try
        {
            return Verify(LedgerSignature.Read(bytes), key, Root);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool Verify(LedgerSignature signature, SigningKey key, Digest root)
    {
        using var verifier = System.Security.Cryptography.ECDsa.Create();
        verifier.ImportSubjectPublicKeyInfo(key.PublicKey.Span, out _);
        return signature.Verify(verifier, root);
    }
}
