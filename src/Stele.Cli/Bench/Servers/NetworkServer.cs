using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Stele.Cli.Bench.Load;
using Stele.Cli.Connection;

namespace Stele.Cli.Bench.Servers;

/// <summary>A network under load: <c>stele up --nodes 3</c>.</summary>
internal sealed class NetworkServer : IAsyncDisposable
{
    /// <summary>The ledger's name.</summary>
    public const string LedgerId = "bench";

    private const int Nodes = 3;

    // Below the ports that a system gives out by itself; a network of three needs 24 of them.
    private const int PortMin = 12_000;
    private const int PortMax = 30_000;
    private const int PortsOfNode = 10;
    private const int EtcdPortOffset = 2;

    private readonly ChildProcess _process;
    private readonly string _directory;
    private readonly int _port;

    private NetworkServer(ChildProcess process, string directory, int port)
    {
        (_process, _directory, _port) = (process, directory, port);
        Client = CertificateFile.ReadWithKey(Path.Combine(First, "administrator.pem"));
    }

    /// <summary>The administrator's certificate.</summary>
    public X509Certificate2 Client { get; }

    /// <summary>The first node, which leads.</summary>
    public LoadTarget Target => new(
        new IPEndPoint(IPAddress.Loopback, _port), CertificateFile.Read(Path.Combine(First, "service_cert.pem")), Client);

    /// <summary>The members of etcd.</summary>
    public IReadOnlyList<Uri> EtcdEndpoints =>
        [.. Enumerable.Range(0, Nodes).Select(node => new Uri($"http://127.0.0.1:{_port + (node * PortsOfNode) + EtcdPortOffset}"))];

    private string First => Path.Combine(_directory, "node0");

    public static async Task<NetworkServer> StartAsync(string directory, CancellationToken cancel)
    {
        var data = Path.Combine(directory, "network");
        var port = PortMin + (Environment.ProcessId * 32 % (PortMax - PortMin));
        var process = await ChildProcess.StartSelfAsync(
            "ready", cancel, "up", "--virtual", "--nodes", $"{Nodes}", "--data", data, "--ledger-id", LedgerId,
            "--port", port.ToString(CultureInfo.InvariantCulture));
        return new NetworkServer(process, data, port);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasEnded) await _process.StopAsync("TERM", CancellationToken.None);
        await _process.DisposeAsync();
        Client.Dispose();
    }
}
