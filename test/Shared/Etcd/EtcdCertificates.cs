using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Tests.Etcd;

/// <summary>An authority of a test's own, with a certificate for etcd's members and one for a client.</summary>
internal sealed class EtcdCertificates : IDisposable
{
    private readonly ECDsa _authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>New keys, and certificates of an hour.</summary>
    public EtcdCertificates(string folder)
    {
        var request = new CertificateRequest("CN=etcd test authority", _authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = DateTimeOffset.UtcNow;
        Authority = request.CreateSelfSigned(now.AddMinutes(-5), now.AddHours(1));
        using var server = Issue("etcd test member");
        Client = Issue("etcd test client");

        (AuthorityFile, ServerFile, KeyFile) =
            (Path.Combine(folder, "ca.pem"), Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        File.WriteAllText(AuthorityFile, Authority.ExportCertificatePem());
        File.WriteAllText(ServerFile, server.ExportCertificatePem());
        using var key = server.GetECDsaPrivateKey()!;
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The authority.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>A client's certificate with its key.</summary>
    public X509Certificate2 Client { get; }

    /// <summary>The authority's certificate, as etcd reads it.</summary>
    public string AuthorityFile { get; }

    /// <summary>The members' certificate.</summary>
    public string ServerFile { get; }

    /// <summary>The members' key.</summary>
    public string KeyFile { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Authority.Dispose();
        Client.Dispose();
        _authorityKey.Dispose();
    }

    private X509Certificate2 Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = request.Create(
            Authority, new DateTimeOffset(Authority.NotBefore), new DateTimeOffset(Authority.NotAfter), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
