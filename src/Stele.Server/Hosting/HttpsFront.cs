using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Stele.Server.Api;
using Stele.Server.Hosting.Wire;

namespace Stele.Server.Hosting;

/// <summary>A web server on one port, over TLS, with every limit that matters set rather than inherited.</summary>
/// <param name="EndPoint">The address and port to listen on.</param>
/// <param name="Certificate">The server's certificate with its key, as it is at the moment.</param>
/// <param name="Issuers">Certificates between it and the client's trust anchor.</param>
/// <param name="AsksForCertificate">Whether clients are asked for a certificate; none of them must have one.</param>
/// <param name="BodyBytesMax">The largest body of a request.</param>
/// <param name="ConnectionsMax">How many connections are served at once.</param>
/// <param name="Time">The clock that slow clients are judged by.</param>
internal sealed record HttpsFront(
    IPEndPoint EndPoint,
    Func<X509Certificate2> Certificate,
    X509Certificate2Collection Issuers,
    bool AsksForCertificate,
    long BodyBytesMax,
    int ConnectionsMax,
    TimeProvider Time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly MinDataRate SlowestClient = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>How many connections over the limit are kept long enough to be told so.</summary>
    private const int ConnectionsToldOff = 64;

    /// <summary>Starts the server.</summary>
    /// <param name="answer">Answers each request.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public async Task<WebApplication> StartAsync(
        RequestDelegate answer, ILoggerFactory loggers, CancellationToken cancel)
    {
        // The empty builder: no file or variable of the environment changes what is served, or how.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        // What a request does runs where its bytes came in: nothing here blocks, and each change of threads costs more than
        // most requests do.
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure)
            .UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        var app = builder.Build();
        app.Run(http => IsOneTooMany(http) ? TellOffAsync(http) : answer(http));
        await app.StartAsync(cancel);
        return app;
    }

    /// <summary>Where a started server is reached.</summary>
    public static int PortOf(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new Uri(addresses.First()).Port;
    }

    private static bool IsOneTooMany(HttpContext http) =>
        http.Features.Get<ConnectionFacts>() is { IsOneTooMany: true };

    private Task TellOffAsync(HttpContext http)
    {
        http.Response.Write(
            new ApiError(
                StatusCodes.Status503ServiceUnavailable,
                ErrorCodes.SessionCapExhausted,
                $"This node serves {ConnectionsMax} connections at once, and has as many. Try again later.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
                ClosesConnection = true,
            },
            position: null);
        return Task.CompletedTask;
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = ConnectionsMax + ConnectionsToldOff;
        limits.MaxRequestBodySize = BodyBytesMax;
        limits.RequestHeadersTimeout = Patience;
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate = SlowestClient;
        limits.MinResponseDataRate = SlowestClient;
        limits.MaxRequestLineSize = RequestHead.LineBytesMax;
        limits.MaxRequestHeadersTotalSize = RequestHead.BytesMax;
        limits.MaxRequestHeaderCount = RequestHead.HeadersMax;
        limits.Http2.MaxStreamsPerConnection = 100;
        kestrel.Listen(EndPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(Tls());
            listen.Use(new ConnectionGate(ConnectionsMax).Around);
            listen.Use(StrictHttp.By(Time));
        });
    }

    private TlsHandshakeCallbackOptions Tls()
    {
        var last = TlsWith(Certificate());
        return new TlsHandshakeCallbackOptions
        {
            // Made once for each certificate.
            OnConnection = _ =>
            {
                var now = Certificate();
                if (!ReferenceEquals(Volatile.Read(ref last).Certificate, now)) Volatile.Write(ref last, TlsWith(now));
                return ValueTask.FromResult(Volatile.Read(ref last).Options);
            },
            HandshakeTimeout = Patience,
        };
    }

    private ShownTls TlsWith(X509Certificate2 certificate) => new(
        certificate,
        new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, Issuers, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CipherSuitesPolicy = TlsChoices.OfClients,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            AllowRenegotiation = false,
            // A resumed session would bring a certificate that the client has not just proven to hold.
            AllowTlsResume = false,
            // Asked for in the first handshake, as no client knows a later one, and let through whoever issued it: the
            // ledger's users decide, request by request.
            ClientCertificateRequired = AsksForCertificate,
#pragma warning disable CA5359 // It is a client's certificate that is let through, and it proves a key, not a name.
            RemoteCertificateValidationCallback = AsksForCertificate ? (_, _, _, _) => true : null,
#pragma warning restore CA5359
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = AsksForCertificate
                ? new X509ChainPolicy { DisableCertificateDownloads = true }
                : null,
        });

    private sealed record ShownTls(X509Certificate2 Certificate, SslServerAuthenticationOptions Options);
}
