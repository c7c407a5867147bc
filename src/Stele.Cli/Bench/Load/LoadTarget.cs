using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Certificates;

namespace Stele.Cli.Bench.Load;

/// <summary>A server under load.</summary>
/// <param name="EndPoint">Where it listens.</param>
/// <param name="Anchor">The certificate that it must prove to be its own, or to be issued by.</param>
/// <param name="Client">The client certificate to show.</param>
internal sealed record LoadTarget(IPEndPoint EndPoint, X509Certificate2 Anchor, X509Certificate2? Client)
{
    /// <summary>What is said in clear before TLS begins.</summary>
    public Func<Stream, CancellationToken, Task>? BeforeTls { get; init; }

    /// <summary>What is said before the first request.</summary>
    public Func<Stream, CancellationToken, Task>? AfterTls { get; init; }

    public SslClientAuthenticationOptions Tls() => new()
    {
        TargetHost = EndPoint.Address.ToString(),
        EnabledSslProtocols = SslProtocols.Tls13,
        ClientCertificateContext = Client is null ? null : SslStreamCertificateContext.Create(Client, null, offline: true),
        CertificateChainPolicy = CertificateTrust.In(Anchor),
    };
}
