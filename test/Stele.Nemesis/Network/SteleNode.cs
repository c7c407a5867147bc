using System.Diagnostics;
using System.Text;

namespace Stele.Nemesis.Network;

/// <summary>One node as a process of its own: everything that reaches it, and all that it reaches, goes through a proxy.</summary>
internal sealed class SteleNode : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(60);

    private readonly string[] _options;
    private readonly string _log;
    private readonly int _identityPort;
    private readonly Lock _gate = new();
    private Process? _process;
    private TaskCompletionSource _ready = new();

    public SteleNode(int number, string folder, IReadOnlyList<int> etcd, int[] ports, params string[] options)
    {
        Number = number;
        Data = Path.Combine(folder, $"node{number}");
        _log = Path.Combine(folder, $"node{number}.log");
        (Port, _identityPort, _options) = (ports[0], ports[1], options);
        (ClientWay, PeerWay) = (new FaultyProxy(Port), new FaultyProxy(Port));
        EtcdWays = [.. etcd.Select(port => new FaultyProxy(port))];
    }

    /// <summary>Its number, from 0 on.</summary>
    public int Number { get; }

    /// <summary>Its data directory.</summary>
    public string Data { get; }

    /// <summary>Its own port, behind the proxies.</summary>
    public int Port { get; }

    /// <summary>What lies between it and its clients.</summary>
    public FaultyProxy ClientWay { get; }

    /// <summary>What lies in front of it for the other nodes.</summary>
    public FaultyProxy PeerWay { get; }

    /// <summary>What lies between it and each member of etcd.</summary>
    public IReadOnlyList<FaultyProxy> EtcdWays { get; }

    /// <summary>How often it was started.</summary>
    public int Life { get; private set; }

    /// <summary>Whether its process is there.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Where the other nodes reach it.</summary>
    public Uri Address => new($"https://127.0.0.1:{PeerWay.Port}");

    /// <summary>The id that it waits to be let in by; null as long as it has not said so.</summary>
    public string? Waits { get; private set; }

    /// <summary>Starts the process, and does not wait for it.</summary>
    public void Launch(params string[] command)
    {
        _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = SteleTool.StartInfo(
        [
            "node", .. command.Length == 0 ? ["start"] : command,
            "--data", Data, "--port", $"{Port}", "--identity-port", $"{_identityPort}", "--node-address", Address.ToString(),
            "--etcd", string.Join(',', EtcdWays.Select(way => $"http://127.0.0.1:{way.Port}")), .. _options,
        ]);
        var (process, ready) = (new Process { StartInfo = start, EnableRaisingEvents = true }, _ready);
        process.OutputDataReceived += (_, line) => Take(line.Data, ready);
        process.ErrorDataReceived += (_, line) => Take(line.Data, ready);
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"Node {Number} ended; its log is {_log}."));
        Life++;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
    }

    /// <summary>Waits until the process says that it is ready.</summary>
    public Task ReadyAsync() => _ready.Task.WaitAsync(StartMax);

    /// <summary>Ends it as a power cut would (SIGKILL), a paused one too.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        process.Kill();
        await ForgetAsync(process);
    }

    /// <summary>Asks it to end (SIGTERM), and waits until it has.</summary>
    /// <returns>What it ended with.</returns>
    public async Task<int> StopAsync()
    {
        if (_process is not { } process)
            return 0;
        await SignalAsync("TERM");
        await process.WaitForExitAsync().WaitAsync(StopMax);
        var code = process.ExitCode;
        await ForgetAsync(process);
        return code;
    }

    /// <summary>Stops it from running (SIGSTOP), its connections open.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>Lets it run on (SIGCONT).</summary>
    public Task ResumeAsync() => SignalAsync("CONT");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        foreach (var way in EtcdWays.Append(ClientWay).Append(PeerWay))
            await way.DisposeAsync();
    }

    private async Task ForgetAsync(Process process)
    {
        await process.WaitForExitAsync();
        _ = _ready.Task.Exception;
        _process = null;
        process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
    }

    private void Take(string? line, TaskCompletionSource ready)
    {
        if (line is null)
            return;
        lock (_gate)
            File.AppendAllText(_log, $"{line}\n", Encoding.UTF8);
        if (line.StartsWith("Node ", StringComparison.Ordinal) && line.Contains(" waits ", StringComparison.Ordinal))
            Waits = line.Split(' ')[1];
        if (line == "ready")
            ready.TrySetResult();
    }
}
