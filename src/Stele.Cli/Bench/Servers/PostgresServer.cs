using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Stele.Cli.Bench.Load;
using Stele.Cli.Connection;

namespace Stele.Cli.Bench.Servers;

/// <summary>A PostgreSQL of this run's own, over TLS, which commits as durably as it does by default.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);
    private readonly string _directory;
    private readonly ChildProcess _process;

    private PostgresServer(string directory, ChildProcess process, LoadTarget target) =>
        (_directory, _process, Target) = (directory, process, target);

    public LoadTarget Target { get; }

    /// <summary>The folder of the newest installed server's programs; none when there is none.</summary>
    public static string? FindPrograms()
    {
        const string debian = "/usr/lib/postgresql";
        var versions = Directory.Exists(debian)
            ? Directory.EnumerateDirectories(debian).Select(path => Path.Combine(path, "bin")).OrderDescending(StringComparer.Ordinal)
            : Enumerable.Empty<string>();
        var inPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return versions.Concat(inPath)
            .FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")) && File.Exists(Path.Combine(path, "postgres")));
    }

    /// <summary>Makes a database and starts its server.</summary>
    /// <exception cref="CommandFailedException">It did not start.</exception>
    public static async Task<PostgresServer> StartAsync(string programs, CancellationToken cancel)
    {
        var directory = Directory.CreateTempSubdirectory("stele-bench-postgres-").FullName;
        using var certificate = ServerCertificate.Create();
        var (certificatePath, keyPath) = (Path.Combine(directory, "cert.pem"), Path.Combine(directory, "key.pem"));
        await File.WriteAllTextAsync(certificatePath, certificate.ExportCertificatePem(), cancel);
        await File.WriteAllTextAsync(keyPath, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), cancel);
        File.SetUnixFileMode(keyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (Environment.IsPrivilegedProcess) await RunAsync(new ProcessStartInfo("chown", ["-R", "postgres", directory]), cancel);
        var data = Path.Combine(directory, "data");
        await RunAsync(Program(programs, "initdb", "-D", data, "-A", "trust", "-U", "bench", "--no-instructions"), cancel);
        var port = FreePort();
        string[] settings =
        [
            "listen_addresses=127.0.0.1", $"port={port}", "unix_socket_directories=", "max_connections=400", "synchronous_commit=on",
            "ssl=on", $"ssl_cert_file={certificatePath}", $"ssl_key_file={keyPath}",
        ];
        var server = Program(programs, "postgres", ["-D", data, .. settings.SelectMany(setting => new[] { "-c", setting })]);
        var target = new LoadTarget(new IPEndPoint(IPAddress.Loopback, port), CertificateFile.Read(certificatePath), Client: null)
        {
            BeforeTls = PostgresExchange.BeforeTlsAsync,
            AfterTls = PostgresExchange.LogInAsync,
        };
        var process = await ChildProcess.StartAsync(server, readyMark: null, cancel);
        var started = new PostgresServer(directory, process, target);
        await started.WhenReadyAsync(cancel);
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync("INT", CancellationToken.None); // its fast shutdown
        await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task WhenReadyAsync(CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await using var pool = await LoadPool.OpenAsync(Target, 1, _ => new PostgresExchange(1), cancel);
                return;
            }
            catch (IOException) when (!_process.HasEnded && Stopwatch.GetElapsedTime(start) < StartPatience)
            {
                await Task.Delay(100, cancel);
            }
            catch (IOException)
            {
                throw new CommandFailedException($"PostgreSQL did not start:\n{_process.Output}", ExitCode.Failed);
            }
        }
    }

    // It refuses to run as root, and has a user of its own where a package installed it.
    private static ProcessStartInfo Program(string programs, string name, params string[] arguments)
    {
        var path = Path.Combine(programs, name);
        return Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
    }

    private static async Task RunAsync(ProcessStartInfo start, CancellationToken cancel)
    {
        await using var process = await ChildProcess.StartAsync(start, readyMark: null, cancel);
        await process.WhenEndedAsync(cancel);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
