using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Server.Tests.Support;

/// <summary>A server that shakes hands in the versions of TLS that it is told, and answers nothing.</summary>
internal sealed class TlsServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly SslProtocols _versions;

    public TlsServer(X509Certificate2 certificate, SslProtocols versions)
    {
        (_certificate, _versions) = (certificate, versions);
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Address => new($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var tls = new SslStream(client.GetStream());
                await ShakeHandsAsync(tls);
            }
        }
        catch (SocketException)
        {
            // It is disposed of.
        }
    }

    private async Task ShakeHandsAsync(SslStream tls)
    {
        try
        {
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = _certificate, EnabledSslProtocols = _versions });
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            // The client wants another version.
        }
    }
}
