using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Server.Tests.Support;

/// <summary>Self-signed certificates, as a user makes them.</summary>
internal static class Certificates
{
    public static X509Certificate2 New(string name = "user", int fromDays = -1, int toDays = 30)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA384);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(fromDays), now.AddDays(toDays));
    }
}
