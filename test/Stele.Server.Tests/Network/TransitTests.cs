using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Stele.Server.Network;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Network;

/// <summary>TLS: 1.3 among nodes, 1.2 for clients that know no better, and which suites.</summary>
public sealed class TransitTests(NetworkFixture network) : IClassFixture<NetworkFixture>
{
    [Fact]
    public async Task A_nodes_certificate_over_tls_1_2_is_nobodys_and_a_clients_is_its_own()
    {
        using var node = network.NodeCertificate(1);
        using var older = new Caller(network.First.LedgerUri, network.Service, node, SslProtocols.Tls12);
        using var newer = new Caller(network.First.LedgerUri, network.Service, node, SslProtocols.Tls13);
        foreach (var path in new[] { "/node/ledger/end", "/node/ledger?from=1", "/node/ledger/files?from=1", "/node/snapshots" })
        {
            (await older.GetAsync(path)).AssertError(HttpStatusCode.Forbidden, "NotAllowed", "TLS 1.3");
            Assert.Equal(HttpStatusCode.OK, (await newer.GetAsync(path)).Status);
        }
        (await older.SendAsync("POST", OwnCertificate.Path)).AssertError(HttpStatusCode.Forbidden, "NotAllowed", "TLS 1.3");
        (await older.SendAsync("POST", "/node/join", "{}")).AssertError(HttpStatusCode.Forbidden, "NotAllowed", "TLS 1.3");
        (await newer.SendAsync("POST", "/node/join", "{}")).AssertError(HttpStatusCode.BadRequest, "InvalidInput");

        using var client = new Caller(network.First.LedgerUri, network.Service, network.AdministratorCertificate, SslProtocols.Tls12);
        await client.AppendAsync("over TLS 1.2");
    }

    [Fact]
    public async Task A_node_calls_nobody_who_speaks_less_than_1_3()
    {
        using var node = network.NodeCertificate(1);
        using var old = new TlsServer(node, SslProtocols.Tls12);
        using var http = NodeConnections.Open(network.Service, () => node, _ => true);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(old.Address, NetworkFixture.Cancel));
        Assert.IsType<AuthenticationException>(refused.InnerException);
    }

    [Theory]
    [InlineData(SslProtocols.Tls13, TlsCipherSuite.TLS_AES_256_GCM_SHA384)]
    [InlineData(SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384)]
    public async Task The_suite_is_the_strongest_of_those_named(SslProtocols version, TlsCipherSuite suite)
    {
        using var tls = await ConnectAsync(version, policy: null);
        Assert.Equal((version, suite), (tls.SslProtocol, tls.NegotiatedCipherSuite));
    }

    [Theory]
    [InlineData(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384)]
    [InlineData(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA)]
    public async Task Suites_without_authenticated_encryption_are_refused(TlsCipherSuite suite)
    {
        if (!OperatingSystem.IsLinux()) return;
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(SslProtocols.Tls12, new CipherSuitesPolicy([suite])));
    }

    private async Task<SslStream> ConnectAsync(SslProtocols version, CipherSuitesPolicy? policy)
    {
        var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, network.First.LedgerUri.Port, NetworkFixture.Cancel);
        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "127.0.0.1",
                EnabledSslProtocols = version,
                CipherSuitesPolicy = policy,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { network.Service },
                },
            },
            NetworkFixture.Cancel);
        return tls;
    }
}
