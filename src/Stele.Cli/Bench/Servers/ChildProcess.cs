using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Stele.Cli.Bench.Servers;

/// <summary>A server that this process has started, and ends.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(ProcessStartInfo start, string? readyMark)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var name in LoadGeneratorSettings.EnvironmentNames) start.Environment.Remove(name);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Take(line.Data, readyMark);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, readyMark);
        _process.Exited += (_, _) => _ready.TrySetException(Ended());
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>What it has written so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts this tool once more, with other arguments.</summary>
    public static Task<ChildProcess> StartSelfAsync(string readyMark, CancellationToken cancel, params string[] arguments)
    {
        var line = Self(arguments);
        return StartAsync(new ProcessStartInfo(line[0], line[1..]), readyMark, cancel);
    }

    /// <summary>The program and the arguments by which this tool is started once more.</summary>
    public static string[] Self(params string[] arguments)
    {
        var host = Environment.ProcessPath!;
        var needsAssembly = Path.GetFileNameWithoutExtension(host) == "dotnet";
        return needsAssembly ? [host, Assembly.GetEntryAssembly()!.Location, .. arguments] : [host, .. arguments];
    }

    /// <summary>Starts a program.</summary>
    /// <param name="start">Which, and how.</param>
    /// <param name="readyMark">What a line begins with that says it is ready; none to return at once.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="CommandFailedException">It ended instead.</exception>
    public static async Task<ChildProcess> StartAsync(ProcessStartInfo start, string? readyMark, CancellationToken cancel)
    {
        var child = new ChildProcess(start, readyMark);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        if (readyMark is null) return child;
        try
        {
            await child._ready.Task.WaitAsync(cancel);
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
        return child;
    }

    /// <summary>The line with which it said that it is ready.</summary>
    public Task<string> ReadyLine => _ready.Task;

    /// <summary>Waits until it has ended by itself.</summary>
    /// <exception cref="CommandFailedException">It says that it failed.</exception>
    public async Task WhenEndedAsync(CancellationToken cancel)
    {
        await _process.WaitForExitAsync(cancel);
        if (_process.ExitCode != 0) throw Ended();
    }

    /// <summary>Asks it to end, by SIGTERM or another signal, and waits until it has.</summary>
    public async Task StopAsync(string signal, CancellationToken cancel)
    {
        if (_process.HasExited) return;
        using (var kill = Process.Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(cancel);
        await _process.WaitForExitAsync(cancel).WaitAsync(StopPatience, cancel);
    }

    /// <summary>A size out of its status in <c>/proc</c>, as VmHWM, in bytes; none where there is no such file.</summary>
    public long? Memory(string name)
    {
        var path = $"/proc/{Id}/status";
        if (!File.Exists(path)) return null;
        var line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        var kilobytes = line?[(name.Length + 1)..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.TryParse(kilobytes, CultureInfo.InvariantCulture, out var size) ? size * 1024 : null;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private CommandFailedException Ended() =>
        new($"{_process.StartInfo.FileName} {_process.StartInfo.ArgumentList.FirstOrDefault()} ended:\n{Output}", ExitCode.Failed);

    private void Take(string? line, string? readyMark)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
        if (readyMark is not null && line.StartsWith(readyMark, StringComparison.Ordinal)) _ready.TrySetResult(line);
    }
}
