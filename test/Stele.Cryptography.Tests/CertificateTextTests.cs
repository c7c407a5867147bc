using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;

namespace Stele.Cryptography.Tests;

/// <summary>Certificates as people and files have them.</summary>
public sealed class CertificateTextTests
{
    // SHA-256 of nothing (FIPS 180-4), written as openssl writes fingerprints.
    [Fact]
    public void A_fingerprint_is_written_in_upper_case_pairs_with_colons_between() => Assert.Equal(
        "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55",
        CertificateFingerprint.Of([]));

    [Fact]
    public void Text_is_a_certificate_or_none_and_nothing_is_thrown()
    {
        using var key = SigningKey.Generate();
        using var certificate = CertificateAuthority.SelfSigned(key, "x", TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1));
        var pem = certificate.ExportCertificatePem();
        Assert.True(CertificatePem.TryRead(pem, out var same));
        Assert.Equal(certificate.RawData, same.RawData);
        Assert.False(CertificatePem.TryRead("nothing", out _));
        var refused = 0;
        for (var at = 0; at < pem.Length; at++)
        {
            var damaged = pem.ToCharArray();
            damaged[at] ^= '\u0004';
            if (CertificatePem.TryRead(new string(damaged), out var read)) read.Dispose();
            else refused++;
        }
        Assert.InRange(refused, 50, pem.Length - 1);
    }
}
