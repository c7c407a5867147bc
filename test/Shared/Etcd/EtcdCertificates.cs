using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Tests.Etcd;

/// <summary>An authority of a test's own, with a certificate for etcd's members and one for a client.</summary>
internal sealed class EtcdCertificates : IDisposable
{
    private readonly ECDsa _authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private readonly IReadOnlyList<string> _addresses;

    /// <summary>New keys, and certificates of an hour for members at these addresses.</summary>
    public EtcdCertificates(string folder, params IReadOnlyList<string> addresses)
    {
        _addresses = addresses;
        var request = new CertificateRequest("CN=etcd test authority", _authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = DateTimeOffset.UtcNow;
        Authority = request.CreateSelfSigned(now.AddMinutes(-5), now.AddHours(1));
        using var server = Issue("etcd test member");
        Client = Issue("etcd test client");

        AuthorityFile = Path.Combine(folder, "ca.pem");
        File.WriteAllText(AuthorityFile, Authority.ExportCertificatePem());
        (ServerFile, KeyFile) = Write(server, folder, "server");
        (ClientFile, ClientKeyFile) = Write(Client, folder, "client");
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

    /// <summary>The client's certificate.</summary>
    public string ClientFile { get; }

    /// <summary>The client's key.</summary>
    public string ClientKeyFile { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Authority.Dispose();
        Client.Dispose();
        _authorityKey.Dispose();
    }

    private static (string Certificate, string Key) Write(X509Certificate2 one, string folder, string name)
    {
        var (certificate, keyFile) = (Path.Combine(folder, $"{name}.pem"), Path.Combine(folder, $"{name}.key"));
        File.WriteAllText(certificate, one.ExportCertificatePem());
        using var key = one.GetECDsaPrivateKey()!;
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificate, keyFile);
    }

    private X509Certificate2 Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var address in _addresses)
            names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = request.Create(
            Authority, new DateTimeOffset(Authority.NotBefore), new DateTimeOffset(Authority.NotAfter), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
