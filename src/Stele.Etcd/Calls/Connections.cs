using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Etcd.Calls;

/// <summary>Opens the way to the members: HTTP/1.1 on connections that are kept.</summary>
internal static class Connections
{
    public static HttpClient Open(EtcdOptions options)
    {
        foreach (var endpoint in options.Endpoints)
            Check(endpoint);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            // Of a call that was given up, nothing more is read.
            MaxResponseDrainSize = 0,
            SslOptions = Tls(options),
        };
        return new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    private static void Check(Uri endpoint)
    {
        if (!endpoint.IsAbsoluteUri || endpoint.AbsolutePath != "/" || endpoint.UserInfo.Length > 0)
            throw new ArgumentException($"{endpoint} is no address of a member: scheme, host and port.", nameof(endpoint));
        if (endpoint.Scheme != Uri.UriSchemeHttps && !(endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback))
            throw new ArgumentException($"{endpoint}: off this machine, etcd is reached over https alone.", nameof(endpoint));
    }

    private static SslClientAuthenticationOptions Tls(EtcdOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.Authorities.Count > 0)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(options.Authorities);
        }
        if (options.ClientCertificate is { } certificate)
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        return tls;
    }
}
