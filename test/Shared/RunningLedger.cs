using System.Diagnostics;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Stele.Tests;

/// <summary>The built tool as a process of its own, <c>stele up</c>, on a data directory and free ports.</summary>
public sealed class RunningLedger : IAsyncLifetime
{
    private readonly string[] _options;
    private readonly bool _ownsDirectory;
    private readonly StringBuilder _output = new();
    private string _command = "up";
    private IReadOnlyDictionary<string, string> _environment = new Dictionary<string, string>();
    private Process? _process;

    /// <summary>A ledger on a new directory that is gone when the tests are done.</summary>
    public RunningLedger() : this(Path.Combine(Path.GetTempPath(), $"stele-{Guid.NewGuid():N}")) =>
        _ownsDirectory = true;

    private RunningLedger(string dataDirectory, params string[] options)
    {
        DataDirectory = dataDirectory;
        _options = options;
        (Port, IdentityPort) = options.Contains("--nodes") ? OfNetwork(FreePorts.TakeNetwork()) : OfOne(FreePorts.Take(2));
    }

    /// <summary>The name that the identity service knows the ledger by.</summary>
    public static string LedgerId => "my-ledger";

    /// <summary>The folder of keys, certificates and <c>ledger/</c>.</summary>
    public string DataDirectory { get; }

    /// <summary>The certificate that all trust in this ledger rests on.</summary>
    public string ServiceCertificate => Path.Combine(DataDirectory, "service_cert.pem");

    /// <summary>The first administrator's certificate with its key.</summary>
    public string Administrator => Path.Combine(DataDirectory, "administrator.pem");

    /// <summary>The folder of ledger files.</summary>
    public string LedgerDirectory => Path.Combine(DataDirectory, "ledger");

    /// <summary>The ledger's port.</summary>
    public int Port { get; }

    /// <summary>The identity service's port.</summary>
    public int IdentityPort { get; }

    /// <summary>The ledger's address.</summary>
    public Uri Uri => new($"https://127.0.0.1:{Port}");

    /// <summary>The identity service's address.</summary>
    public Uri IdentityUri => new($"https://127.0.0.1:{IdentityPort}");

    /// <summary>What the tool has written so far, to both its streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts a ledger on a directory of the caller, with further options of <c>stele up</c>.</summary>
    public static async Task<RunningLedger> StartAsync(string dataDirectory, params string[] options)
    {
        var ledger = new RunningLedger(dataDirectory, options);
        await ledger.StartAsync();
        return ledger;
    }

    /// <summary>Starts a ledger with more in its environment.</summary>
    public static async Task<RunningLedger> StartAsync(
        string dataDirectory, IReadOnlyDictionary<string, string> environment, params string[] options)
    {
        var ledger = new RunningLedger(dataDirectory, options) { _environment = environment };
        await ledger.StartAsync();
        return ledger;
    }

    /// <summary>Starts a new service on the ledger that another left behind: <c>stele recover</c>.</summary>
    public static async Task<RunningLedger> RecoverAsync(string ledgerDirectory, string dataDirectory)
    {
        var ledger = new RunningLedger(dataDirectory, "--ledger", ledgerDirectory) { _command = "recover" };
        await ledger.StartAsync();
        return ledger;
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => await StartAsync();

    /// <summary>Starts the tool, after a stop too, and returns once it says <c>ready</c>.</summary>
    public async Task StartAsync()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = SteleTool.StartInfo(Arguments()), EnableRaisingEvents = true };
        foreach (var (name, value) in _environment) process.StartInfo.Environment[name] = value;
        process.OutputDataReceived += (_, line) => Take(line.Data, ready);
        process.ErrorDataReceived += (_, line) => Take(line.Data, ready);
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"It ended:\n{Output}"));
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        await ready.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }

    /// <summary>Asks the tool to end (SIGTERM), waits until it has, and expects that it says all went well.</summary>
    public async Task StopAsync()
    {
        var process = Running();
        using (var signal = Process.Start("kill", ["-TERM", process.Id.ToString()]))
            await signal.WaitForExitAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(process.ExitCode == 0, $"stele up ended with {process.ExitCode}:\n{Output}");
        Forget(process);
    }

    /// <summary>Ends the tool as a power cut would (SIGKILL).</summary>
    public async Task KillAsync()
    {
        var process = Running();
        process.Kill();
        await process.WaitForExitAsync();
        Forget(process);
    }

    /// <summary>A client that trusts this ledger alone, with the administrator's certificate or another.</summary>
    public HttpClient CreateClient(string? certificate = null) => ClientOf(Uri, DataDirectory, certificate);

    /// <summary>A client of the node at an address, which trusts the service of its data directory alone.</summary>
    public static HttpClient ClientOf(Uri address, string dataDirectory, string? certificate = null)
    {
        var service = Path.Combine(dataDirectory, "service_cert.pem");
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(service) },
        };
        var user = X509Certificate2.CreateFromPemFile(certificate ?? Path.Combine(dataDirectory, "administrator.pem"));
        var tls = new SslClientAuthenticationOptions { CertificateChainPolicy = trust, ClientCertificates = [user] };
        // On a busy machine, hundreds of handshakes at once outlast what a node waits for one.
        return new HttpClient(new SocketsHttpHandler { SslOptions = tls, MaxConnectionsPerServer = 32 }) { BaseAddress = address };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await KillAsync();
        if (_ownsDirectory && Directory.Exists(DataDirectory))
            Directory.Delete(DataDirectory, recursive: true);
    }

    private static (int Ledger, int Identity) OfOne(int[] ports) => (ports[0], ports[1]);

    // A network takes the identity service's from the ledger's.
    private static (int Ledger, int Identity) OfNetwork(int first) => (first, first + 1);

    private string[] Arguments() =>
    [
        _command, "--data", DataDirectory, "--port", $"{Port}", "--identity-port", $"{IdentityPort}",
        "--ledger-id", LedgerId, .. _options,
    ];

    private Process Running() => _process ?? throw new InvalidOperationException("The ledger is not running.");

    private void Forget(Process process)
    {
        process.Dispose();
        _process = null;
    }

    private void Take(string? line, TaskCompletionSource ready)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (line == "ready")
            ready.TrySetResult();
    }
}
