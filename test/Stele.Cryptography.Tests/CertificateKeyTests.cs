using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;

namespace Stele.Cryptography.Tests;

public sealed class CertificateKeyTests
{
    [Fact]
    public void A_damaged_certificate_is_read_or_refused_by_the_one_documented_exception()
    {
        using var key = SigningKey.Generate();
        using var certificate = CertificateAuthority.SelfSigned(key, "x", TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1));
        var pem = certificate.ExportCertificatePem();
        var refused = 0;
        for (var bit = 0; bit < pem.Length * 7; bit++)
        {
            var damaged = pem.ToCharArray();
            damaged[bit / 7] ^= (char)(1 << (bit % 7));
            try
            {
                CertificateKey.Read(new string(damaged)).Dispose();
            }
            catch (FormatException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 100, (pem.Length * 7) - 1);
    }
}
