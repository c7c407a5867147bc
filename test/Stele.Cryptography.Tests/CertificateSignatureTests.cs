using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;

namespace Stele.Cryptography.Tests;

public sealed class CertificateSignatureTests
{
    [Fact]
    public void A_certificate_with_a_changed_byte_is_signed_by_nobody()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = SigningKey.Generate();
        using var service = CertificateAuthority.Create(key, "CCF Network", now, TimeSpan.FromDays(2));
        using var nodeKey = SigningKey.Generate();
        using var node = CertificateAuthority.Endorse(service, key, nodeKey, "CCF Node", ["127.0.0.1"], now, TimeSpan.FromDays(1));
        Assert.True(CertificateSignature.IsSignedBy(node, service));
        var bytes = node.RawData;
        var accepted = new List<int>();
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= (byte)(1 << (at % 8));
            if (IsSignedBy(bytes, service)) accepted.Add(at);
            bytes[at] ^= (byte)(1 << (at % 8));
        }
        Assert.Equal([], accepted);
    }

    private static bool IsSignedBy(byte[] bytes, X509Certificate2 issuer)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(bytes);
            return certificate.RawData.AsSpan().SequenceEqual(bytes) && CertificateSignature.IsSignedBy(certificate, issuer);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
