using System.Diagnostics;
using Spectre.Console;
using Stele.Cli.Connection;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary>Appends one entry for each line of the input, and shows how it goes.</summary>
internal sealed class LineAppender(LedgerConnection connection, string path, Terminal terminal, int concurrency)
{
    private readonly Lock _lock = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _appended;
    private long _lastLine;
    private TransactionId? _first;
    private TransactionId? _last;

    public async Task<int> RunAsync(FileInfo? file, bool mustBeJson, CancellationToken cancel)
    {
        var lines = AppendInput.ReadLinesAsync(file, mustBeJson, cancel);
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancel };
        try
        {
            await WithProgressAsync(show => Parallel.ForEachAsync(
                lines, options, async (line, stop) =>
                {
                    await AppendAsync(line.Number, line.Line, stop);
                    show(Summary());
                }));
        }
        catch (CommandFailedException failure)
        {
            throw new CommandFailedException(
                $"{failure.Message}\n{_appended} entries were appended, the last of them line {_lastLine}.", failure.ExitCode);
        }
        Report();
        return ExitCode.Ok;
    }

    private async Task AppendAsync(long number, string line, CancellationToken cancel)
    {
        var answer = await connection.SendAsync(HttpMethod.Post, path, AppendBody.Of(line), cancel);
        if (!TransactionId.TryParse(answer.TransactionId, out var id))
            throw new CommandFailedException("The ledger's answer has no transaction id.", ExitCode.Failed);
        lock (_lock)
        {
            _appended++;
            _lastLine = Math.Max(_lastLine, number);
            if (_first is null || id < _first) _first = id;
            if (_last is null || id > _last) _last = id;
        }
    }

    private async Task WithProgressAsync(Func<Action<string>, Task> work)
    {
        if (!terminal.HasAudience)
        {
            await work(_ => { });
            return;
        }
        await terminal.Talk.Status().Spinner(Spinner.Known.Dots).StartAsync(
            "appending", status => work(text => status.Status = text));
    }

    private string Summary()
    {
        lock (_lock)
        {
            var seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
            return $"{_appended} entries in {seconds:F1} s, {_appended / Math.Max(seconds, 0.001):F0}/s";
        }
    }

    private void Report()
    {
        Terminal.Say(Summary());
        terminal.Result($"{_appended} entries, {_first} to {_last}", json =>
        {
            json.WriteStartObject();
            json.WriteNumber("entries", _appended);
            json.WriteNumber("seconds", Math.Round(Stopwatch.GetElapsedTime(_started).TotalSeconds, 3));
            json.WriteString("first", _first?.ToString());
            json.WriteString("last", _last?.ToString());
            json.WriteEndObject();
        });
    }
}
