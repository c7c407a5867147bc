using System.Security.Cryptography;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Sealing;

namespace Stele.Cryptography.Tests;

/// <summary>What is sealed to a key, and certificates by request: what a joining node gets.</summary>
public sealed class EncryptionKeyTests
{
    [Fact]
    public void Only_the_key_it_was_sealed_to_opens_it_and_only_with_its_associated_data()
    {
        using var key = EncryptionKey.Generate();
        using var other = EncryptionKey.Generate();
        byte[] secret = [.. Enumerable.Range(0, 300).Select(i => (byte)i)];
        var box = EncryptionKey.Seal(key.PublicKeyPem, secret, "node"u8);

        Assert.Equal(secret, key.Open(box, "node"u8));
        Assert.Throws<FormatException>(() => key.Open(box, "another"u8));
        Assert.Throws<FormatException>(() => other.Open(box, "node"u8));
        Assert.NotEqual(box, EncryptionKey.Seal(key.PublicKeyPem, secret, "node"u8));
    }

    [Fact]
    public void Whatever_byte_is_changed_or_left_out_it_is_refused()
    {
        using var key = EncryptionKey.Generate();
        var box = EncryptionKey.Seal(key.PublicKeyPem, "secret"u8, "node"u8);
        for (var i = 0; i < box.Length; i++)
        {
            var changed = box.ToArray();
            changed[i] ^= 1;
            Assert.Throws<FormatException>(() => key.Open(changed, "node"u8));
            Assert.Throws<FormatException>(() => key.Open(box.AsSpan(0, i), "node"u8));
        }
    }

    [Fact]
    public void A_kept_key_opens_what_was_sealed_to_it()
    {
        using var key = EncryptionKey.Generate();
        using var kept = EncryptionKey.FromPem(key.ToPem());
        Assert.Equal("secret"u8.ToArray(), kept.Open(EncryptionKey.Seal(key.PublicKeyPem, "secret"u8, default), default));
    }

    [Fact]
    public void A_key_of_another_curve_or_none_is_refused()
    {
        using var p256 = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        Assert.False(EncryptionKey.IsPublicKey(p256.ExportSubjectPublicKeyInfoPem() + "\n"));
        Assert.False(EncryptionKey.IsPublicKey("no key"));
        using var key = EncryptionKey.Generate();
        Assert.True(EncryptionKey.IsPublicKey(key.PublicKeyPem));
        Assert.False(EncryptionKey.IsPublicKey(new string(key.ToPem())));
    }

    [Fact]
    public void A_request_becomes_a_certificate_of_its_key_for_its_names()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var service = SigningKey.Generate();
        using var authority = CertificateAuthority.Create(service, "CCF Network", now, TimeSpan.FromDays(100));
        using var node = SigningKey.Generate();
        var pem = NodeCertificateRequest.Create(node, ["node1.example.org", "10.1.2.3"]);
        var request = NodeCertificateRequest.Parse(pem);
        using var certificate = request.Endorse(authority, service, now, TimeSpan.FromDays(10));

        Assert.Equal(node.KeyId, request.KeyId);
        Assert.True(CertificateSignature.IsSignedBy(certificate, authority));
        Assert.Equal(node.PublicKey.ToArray(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.True(certificate.MatchesHostname("node1.example.org"));
        Assert.True(certificate.MatchesHostname("10.1.2.3"));
        Assert.False(certificate.MatchesHostname("example.org"));
    }

    [Fact]
    public void A_request_that_its_key_did_not_sign_is_refused()
    {
        using var node = SigningKey.Generate();
        var der = PemEncoding.Find(NodeCertificateRequest.Create(node, ["a"])) is var fields
            ? Convert.FromBase64String(NodeCertificateRequest.Create(node, ["a"])[fields.Base64Data])
            : [];
        der[^1] ^= 1;
        Assert.Throws<FormatException>(() => NodeCertificateRequest.Parse(PemEncoding.WriteString("CERTIFICATE REQUEST", der)));
        Assert.Throws<FormatException>(() => NodeCertificateRequest.Parse("nothing"));
    }
}
