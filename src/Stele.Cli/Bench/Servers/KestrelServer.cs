using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Stele.Cli.Bench.Load;
using Stele.Cli.Connection;

namespace Stele.Cli.Bench.Servers;

/// <summary>The yardstick: a bare Kestrel, in a process of its own.</summary>
internal sealed class KestrelServer : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private KestrelServer(ChildProcess process, LoadTarget target) => (_process, Target) = (process, target);

    public LoadTarget Target { get; }

    /// <param name="directory">Where it may leave its certificate.</param>
    /// <param name="client">The certificate that clients show.</param>
    /// <param name="cancel">Ends the start.</param>
    public static async Task<KestrelServer> StartAsync(string directory, X509Certificate2 client, CancellationToken cancel)
    {
        var certificate = Path.Combine(directory, "kestrel_cert.pem");
        var process = await ChildProcess.StartSelfAsync("ready ", cancel, BareKestrel.CommandName, certificate);
        var port = int.Parse((await process.ReadyLine)["ready ".Length..], CultureInfo.InvariantCulture);
        var target = new LoadTarget(new IPEndPoint(IPAddress.Loopback, port), CertificateFile.Read(certificate), client);
        return new KestrelServer(process, target);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
