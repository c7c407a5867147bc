using System.Diagnostics;
using System.Text;
using Stele.Nemesis.Ground;

namespace Stele.Nemesis.Network;

/// <summary>One node as a process of its own.</summary>
internal sealed class SteleNode : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(180);

    private readonly string[] _options;
    private readonly string _log;
    private readonly Lock _gate = new();
    private Process? _process;
    private TaskCompletionSource _ready = new();

    public SteleNode(int number, string folder, NodePlace place, params string[] options)
    {
        (Number, Place, _options) = (number, place, options);
        Data = Path.Combine(folder, $"node{number}");
        _log = Path.Combine(folder, $"node{number}.log");
    }

    /// <summary>Its number, from 0 on.</summary>
    public int Number { get; }

    /// <summary>Its data directory.</summary>
    public string Data { get; }

    /// <summary>Where it runs.</summary>
    public NodePlace Place { get; }

    /// <summary>How often it was started.</summary>
    public int Life { get; private set; }

    /// <summary>Whether its process is there.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The id that it waits to be let in by; null as long as it has not said so.</summary>
    public string? Waits { get; private set; }

    /// <summary>Starts the process, and does not wait for it.</summary>
    public void Launch(params string[] command)
    {
        _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = SteleTool.StartInfo(
        [
            "node", .. command.Length == 0 ? ["start"] : command,
            "--data", Data, "--address", Place.Listen, "--host", Place.Listen, "--port", $"{Place.Port}",
            "--identity-port", $"{Place.IdentityPort}", "--node-address", Place.ForPeers.ToString(),
            "--etcd", string.Join(',', Place.Etcd.Select(address => address.GetLeftPart(UriPartial.Authority))),
            .. Place.EtcdOptions, .. _options,
        ]).Within(Place.Enter);
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
    public async ValueTask DisposeAsync() => await KillAsync();

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
