using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Stele.Client.Tests.Support;

/// <summary>A web server with a certificate of a test's own authority.</summary>
internal sealed class HttpsServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HttpsServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>The client certificates that were shown, before any request.</summary>
    public required List<string> Certificates { get; init; }

    /// <summary>The headers <c>Authorization</c> of the requests that came.</summary>
    public List<string> Authorizations { get; } = [];

    /// <param name="authority">Who issues its certificate.</param>
    /// <param name="answer">What it answers.</param>
    /// <param name="isOne">Whether it shows one certificate; else another one in each session.</param>
    public static async Task<HttpsServer> StartAsync(X509Certificate2 authority, RequestDelegate answer, bool isOne = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        List<string> shown = [];
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, socket => socket.UseHttps(https =>
        {
            if (isOne) https.ServerCertificate = Issue(authority);
            else https.ServerCertificateSelector = (_, _) => Issue(authority);
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (certificate, _, _) =>
            {
                lock (shown) shown.Add(certificate.Thumbprint);
                return true;
            };
        })));
        var app = builder.Build();
        var server = new HttpsServer(app) { Certificates = shown };
        app.Run(http =>
        {
            lock (server.Authorizations) server.Authorizations.Add(http.Request.Headers.Authorization.ToString());
            return answer(http);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>An authority, as a ledger's service certificate is one.</summary>
    public static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest("CN=CCF Service", key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static X509Certificate2 Issue(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(authority, now.AddHours(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
