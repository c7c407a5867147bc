using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Stele.Server.Api;
using Stele.Server.Hosting;

namespace Stele.Server.Tests.Support;

/// <summary>The web server with no ledger behind it: it answers how many bytes a request's body had.</summary>
internal sealed class EchoServer(WebApplication app) : IAsyncDisposable
{
    public int Port { get; } = HttpsFront.PortOf(app);

    public static async Task<EchoServer> StartAsync(int connectionsMax = 100, TimeProvider? time = null)
    {
        var certificate = Certificates.New("server");
        var front = new HttpsFront(
            new IPEndPoint(IPAddress.Loopback, 0),
            () => certificate,
            [],
            AsksForCertificate: true,
            BodyBytesMax: 1000,
            connectionsMax,
            time ?? TimeProvider.System);
        return new EchoServer(await front.StartAsync(
            async http =>
            {
                var body = new MemoryStream();
                try
                {
                    await http.Request.Body.CopyToAsync(body, http.RequestAborted);
                }
                catch (RefusedException refused)
                {
                    http.Response.Write(refused.Error, position: null);
                    return;
                }

                var text = $"{http.Request.Method} {http.Request.Path} {body.Length}";
                http.Response.ContentLength = text.Length;
                await http.Response.Body.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text), http.RequestAborted);
            },
            NullLoggerFactory.Instance,
            TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
