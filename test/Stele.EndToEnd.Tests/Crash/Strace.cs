using System.Diagnostics;
using System.Text;

namespace Stele.EndToEnd.Tests.Crash;

/// <summary>Watches the system calls of a running node, and makes one of them fail.</summary>
internal sealed class Strace : IAsyncDisposable
{
    /// <summary>The calls by which a ledger reaches the disk.</summary>
    public const string LedgerCalls = "pwrite64,pwritev,fdatasync,fsync,rename,ftruncate";

    private static readonly TimeSpan LetGo = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly int _watched;
    private readonly string _log;

    private Strace(Process process, int watched, string log) => (_process, _watched, _log) = (process, watched, log);

    /// <summary>Begins to watch a process.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="injection">What to do to which call, in strace's words; null to only watch.</param>
    public static async Task<Strace> AttachAsync(int processId, string? injection)
    {
        var log = Path.GetTempFileName();
        var start = new ProcessStartInfo("strace") { UseShellExecute = false, RedirectStandardError = true };
        string[] arguments = ["-f", "-p", $"{processId}", "-o", log, "-e", $"trace={LedgerCalls}"];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        if (injection is not null)
        {
            start.ArgumentList.Add("-e");
            start.ArgumentList.Add($"inject={injection}");
        }
        var process = Process.Start(start)!;
        var said = new StringBuilder();
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            said.AppendLine(line);
            if (line.Contains("attached", StringComparison.Ordinal)) return new Strace(process, processId, log);
            if (line.Contains("Operation not permitted", StringComparison.Ordinal)) break;
        }
        Assert.SkipWhen(
            said.ToString().Contains("not permitted", StringComparison.Ordinal) && Environment.GetEnvironmentVariable("CI") != "true",
            "this user may not trace processes");
        throw new InvalidOperationException($"strace: {said}");
    }

    /// <summary>The calls seen, in order, by name.</summary>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        await EndAsync();
        return
        [
            .. from line in await File.ReadAllLinesAsync(_log)
               let call = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries)
               let name = call.Length > 1 ? call[1].Split('(')[0] : ""
               where LedgerCalls.Split(',').Contains(name)
               select name,
        ];
    }

    // strace lets a living process go when it is asked to end; of a process that died under it, it may wait for ever.
    private async Task EndAsync()
    {
        if (!_process.HasExited) Signals.Terminate(_process.Id);
        var exited = _process.WaitForExitAsync();
        while (await Task.WhenAny(exited, Task.Delay(LetGo)) != exited)
            if (HasDied(_watched)) _process.Kill();
        await exited;
    }

    private static bool HasDied(int process)
    {
        try
        {
            var state = File.ReadAllText($"/proc/{process}/stat");
            return state[state.LastIndexOf(')') + 2] is 'Z' or 'X';
        }
        catch (IOException)
        {
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _process.Dispose();
        File.Delete(_log);
    }
}
