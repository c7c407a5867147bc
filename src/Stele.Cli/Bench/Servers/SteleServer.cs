using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Stele.Cli.Bench.Load;
using Stele.Cli.Connection;
using Stele.Server.Home;

namespace Stele.Cli.Bench.Servers;

/// <summary>A ledger under load: <c>stele up</c> in a process of its own.</summary>
internal sealed class SteleServer : IAsyncDisposable
{
    private ChildProcess _process;

    private SteleServer(string dataDirectory, ChildProcess process)
    {
        (DataDirectory, _process) = (dataDirectory, process);
        Client = CertificateFile.ReadWithKey(Path.Combine(dataDirectory, "administrator.pem"));
    }

    public string DataDirectory { get; }

    /// <summary>The administrator's certificate.</summary>
    public X509Certificate2 Client { get; }

    public LoadTarget Target => new(
        new IPEndPoint(IPAddress.Loopback, EndpointFile.Read(DataDirectory)!.Ledger.Port),
        CertificateFile.Read(Path.Combine(DataDirectory, "service_cert.pem")),
        Client);

    /// <summary>The most memory that the process has held, in bytes.</summary>
    public long? PeakMemory => _process.Memory("VmHWM");

    /// <summary>The memory that the process holds, in bytes.</summary>
    public long? Memory => _process.Memory("VmRSS");

    public static async Task<SteleServer> StartAsync(string dataDirectory, CancellationToken cancel) =>
        new(dataDirectory, await StartProcessAsync(dataDirectory, cancel));

    /// <summary>Stops the ledger as an operator would.</summary>
    public Task StopAsync(CancellationToken cancel) => _process.StopAsync("TERM", cancel);

    /// <summary>Starts it again after a stop.</summary>
    /// <returns>How long it took until the ledger took requests.</returns>
    public async Task<TimeSpan> StartAgainAsync(CancellationToken cancel)
    {
        await _process.DisposeAsync();
        var start = Stopwatch.GetTimestamp();
        _process = await StartProcessAsync(DataDirectory, cancel);
        return Stopwatch.GetElapsedTime(start);
    }

    public async ValueTask DisposeAsync()
    {
        // A directory that is kept is left as a clean stop leaves it.
        if (!_process.HasEnded) await _process.StopAsync("TERM", CancellationToken.None);
        await _process.DisposeAsync();
        Client.Dispose();
    }

    private static Task<ChildProcess> StartProcessAsync(string dataDirectory, CancellationToken cancel) =>
        ChildProcess.StartSelfAsync("ready", cancel, "up", "--virtual", "--data", dataDirectory, "--port", "0", "--identity-port", "0");
}
