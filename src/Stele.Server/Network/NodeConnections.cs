using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Certificates;
using Stele.Server.Hosting;

namespace Stele.Server.Network;

/// <summary>Connections to other nodes: TLS that trusts the service alone, and shows this node's certificate.</summary>
internal static class NodeConnections
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LifeMax = TimeSpan.FromMinutes(2);

    /// <summary>A client of other nodes.</summary>
    /// <param name="service">The service's certificate, the only anchor of trust.</param>
    /// <param name="certificate">What this node shows at the moment.</param>
    /// <param name="isNode">Whether a server whose certificate is endorsed for the name called is one that may be spoken to.</param>
    public static HttpClient Open(X509Certificate2 service, Func<X509Certificate2> certificate, Func<X509Certificate?, bool> isNode) =>
        new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = ConnectPatience,
            PooledConnectionIdleTimeout = IdleMax,
            // A node that was retired is not spoken to for longer than this.
            PooledConnectionLifetime = LifeMax,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                CipherSuitesPolicy = TlsChoices.OfNodes,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate(),
                RemoteCertificateValidationCallback = (_, shown, _, errors) => errors == SslPolicyErrors.None && isNode(shown),
                CertificateChainPolicy = CertificateTrust.In(service),
            },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
}
