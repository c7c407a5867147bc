using System.Diagnostics;
using System.Text;

namespace Stele.Tests.Etcd;

/// <summary>One etcd process: it can be killed, paused, and started again on the same data.</summary>
internal sealed class EtcdMember(ProcessStartInfo start, string name, Uri address) : IAsyncDisposable
{
    private readonly StringBuilder _log = new();
    private Process? _process;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Where clients reach it.</summary>
    public Uri Address { get; } = address;

    /// <summary>What it has logged.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Whether the process is there.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What it is started with under an option.</summary>
    public string Argument(string option) => start.ArgumentList[start.ArgumentList.IndexOf(option) + 1];

    /// <summary>Starts the process; it may take a while to serve.</summary>
    public void Start()
    {
        start.RedirectStandardError = start.RedirectStandardOutput = true;
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("ETCD_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(variable);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Ends it as a power cut would (SIGKILL).</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Asks it to end (SIGTERM), and waits until it has.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("TERM");
        await _process!.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Stops it from running (SIGSTOP), its connections open.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>Lets it run on (SIGCONT).</summary>
    public Task ResumeAsync() => SignalAsync("CONT");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task SignalAsync(string signal)
    {
        var id = _process?.Id ?? throw new InvalidOperationException($"{Name} is not running.");
        using var kill = Process.Start("kill", [$"-{signal}", $"{id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_log)
            _log.AppendLine(line);
    }
}
