using System.Diagnostics;
using Stele.Cli.Connection;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary>Appends one entry for each line of the input, and shows how it goes.</summary>
internal sealed class LineAppender(
    LedgerConnection connection, string path, ReceiptFolder? receipts, Terminal terminal, int concurrency)
{
    private readonly Lock _lock = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _appended;
    private long _lastLine;
    private TransactionId? _first;
    private TransactionId? _last;

    public async Task<int> RunAsync(FileInfo? file, bool mustBeJson, CancellationToken cancel)
    {
        await using var input = AppendInput.Open(file);
        var lines = AppendInput.ReadLinesAsync(input, mustBeJson, cancel);
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancel };
        try
        {
            await AppendProgress.ShowAsync(terminal, file?.Length, show => Parallel.ForEachAsync(
                lines, options, async (line, stop) =>
                {
                    await AppendAsync(line, stop);
                    show(line.End, Summary());
                }));
        }
        catch (CommandFailedException failure)
        {
            throw new CommandFailedException($"{failure.Message}\n{HowFar()}", failure.ExitCode);
        }
        catch (OperationCanceledException)
        {
            // A request that was on its way may have been taken, and nobody has seen its answer.
            Terminal.Say($"Interrupted. {HowFar()} What was on its way may have been appended too.");
            throw;
        }
        Report();
        return ExitCode.Ok;
    }

    private async Task AppendAsync(InputLine line, CancellationToken cancel)
    {
        var answer = await connection.SendAsync(HttpMethod.Post, path, AppendBody.Of(line.Text), cancel);
        var id = AppendBody.IdOf(answer);
        lock (_lock)
        {
            _appended++;
            _lastLine = Math.Max(_lastLine, line.Number);
            if (_first is null || id < _first) _first = id;
            if (_last is null || id > _last) _last = id;
        }
        if (receipts is not null) await receipts.SaveAsync(id, answer.Body, cancel);
    }

    private string HowFar()
    {
        lock (_lock)
        {
            return _appended switch
            {
                0 => "No entry was appended.",
                1 => $"One entry was appended, line {_lastLine}.",
                _ => $"{_appended} entries were appended, the last of them line {_lastLine}.",
            };
        }
    }

    private string Summary()
    {
        lock (_lock)
        {
            var seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
            return $"{Plural.Of(_appended, "entry", "entries")} in {seconds:F1} s, {_appended / Math.Max(seconds, 0.001):F0}/s";
        }
    }

    private void Report()
    {
        Terminal.Say(Summary());
        terminal.Result(_appended == 0 ? "0 entries" : $"{Plural.Of(_appended, "entry", "entries")}, {_first} to {_last}", json =>
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
