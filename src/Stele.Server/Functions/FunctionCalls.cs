using System.Text;
using System.Text.Json;
using Stele.Scripting;
using Stele.Server.Application;

namespace Stele.Server.Functions;

/// <summary>How the run of a user-defined function ended.</summary>
internal abstract record FunctionOutcome
{
    private FunctionOutcome()
    {
    }

    /// <summary>It returned.</summary>
    /// <param name="Value">What, as text; empty for nothing.</param>
    public sealed record Returned(string Value) : FunctionOutcome;

    /// <summary>It threw, or came to a limit.</summary>
    /// <param name="Message">What is said of that.</param>
    public sealed record Failed(string Message) : FunctionOutcome;

    /// <summary>There is no such function.</summary>
    /// <param name="Id">Which.</param>
    public sealed record Missing(FunctionId Id) : FunctionOutcome;
}

/// <summary>Runs user-defined functions, by themselves or with an entry.</summary>
/// <param name="runs">Where scripts run.</param>
/// <param name="logs">Where the ledger keeps its entries.</param>
/// <param name="time">The clock.</param>
internal sealed class FunctionCalls(ScriptRuns runs, EntryTables logs, TimeProvider time)
{
    /// <summary>What is wrong with a module's syntax; none where nothing is.</summary>
    public async Task<ScriptError?> CheckAsync(Script script, CancellationToken cancel)
    {
        var (_, found) = await runs.RunAsync<ScriptError?>(
            async transaction =>
            {
                var host = new ScriptHost(transaction, default, mayWrite: false);
                // Its statements at the top run.
                var limits = RuntimeOptions.Default.Within(transaction).Limits;
                return new(await Sandbox.CheckAsync(script, host, limits, time, cancel), Counts: false);
            },
            write => write(), untilCommitted: false, cancel);
        // What its statements do when it is loaded may need what only a call has.
        return found is { } error && (error.Message.StartsWith("SyntaxError", StringComparison.Ordinal)
            || error.Message.Contains("There is no module", StringComparison.Ordinal)) ? error : null;
    }

    /// <summary>Runs a function in a transaction of its own.</summary>
    public Task<(TransactionId? Id, FunctionOutcome Outcome)> ExecuteAsync(
        Hook function, RequestFacts request, Submit submit, CancellationToken cancel) =>
        runs.RunAsync(
            async transaction =>
            {
                var outcome = await RunAsync(transaction, function, request, about: null, cancel);
                return new RunResult<FunctionOutcome>(outcome, Counts: outcome is FunctionOutcome.Returned);
            },
            submit, untilCommitted: false, cancel);

    /// <summary>Appends an entry with the functions that run before it and after it: all of that or nothing.</summary>
    /// <returns>What kept it from being written; none where nothing did.</returns>
    public Task<(TransactionId? Id, FunctionOutcome? Failure)> AppendAsync(
        NewEntry entry, IReadOnlyList<Hook> before, IReadOnlyList<Hook> after, RequestFacts request, Submit submit,
        CancellationToken cancel) =>
        runs.RunAsync<FunctionOutcome?>(
            async transaction =>
            {
                var contents = Encoding.UTF8.GetBytes(entry.Contents);
                foreach (var hook in before)
                    if (await RunAsync(transaction, hook, request, entry, cancel) is not FunctionOutcome.Returned and var early)
                        return new(early, Counts: false);
                transaction.Append(entry.Collection, contents);
                foreach (var hook in after)
                    if (await RunAsync(transaction, hook, request, entry, cancel) is not FunctionOutcome.Returned and var late)
                        return new(late, Counts: false);
                return new(null, Counts: true, new AppendEntry(logs, runs.Collections, entry.Collection, contents, entry.Tags));
            },
            submit, entry.WaitsForCommit, cancel);

    private async Task<FunctionOutcome> RunAsync(
        ScriptTransaction transaction, Hook hook, RequestFacts request, NewEntry? about, CancellationToken cancel)
    {
        if (transaction.Get(FunctionTables.Functions, FunctionStore.Key(hook.Id)) is not { } code)
            return new FunctionOutcome.Missing(hook.Id);
        var options = RuntimeOptions.Of(transaction);
        if (hook.Execution.Options is { } own) options = options.With(own).Within(transaction);
        var outcome = await Sandbox.RunAsync(
            new Script(hook.Id.Value, Encoding.UTF8.GetString(code)), hook.Execution.Function,
            JsonSerializer.Serialize(hook.Execution.Arguments), ContextOf(request, about),
            new ScriptHost(transaction, request.Body, mayWrite: true), options.Limits, time, cancel);
        return outcome switch
        {
            ScriptOutcome.Returned returned => new FunctionOutcome.Returned(TextOf(returned.Json)),
            ScriptOutcome.Failed failed => new FunctionOutcome.Failed(MessageOf(hook.Id, failed.Error, options)),
            _ => throw new InvalidOperationException("A run ends in one of two ways."),
        };
    }

    private static string ContextOf(RequestFacts request, NewEntry? about) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("userId"u8, request.UserId);
        if (about is not null)
        {
            json.WriteString("collectionId"u8, about.Collection.Value);
            json.WriteString("contents"u8, about.Contents);
        }
        json.WritePropertyName("request"u8);
        request.Write(json);
        json.WriteEndObject();
    });

    private static string TextOf(string? json)
    {
        if (json is null) return "";
        if (!json.StartsWith('"')) return json;
        using var text = JsonDocument.Parse(json);
        return text.RootElement.GetString()!;
    }

    private static string MessageOf(FunctionId id, ScriptError error, RuntimeOptions options)
    {
        var message = $"Error while executing function {id}";
        if (!options.ReturnsDetails) return $"{message}.";
        return error.Trace.Length == 0 ? $"{message}: {error}" : $"{message}: {error}\n{error.Trace}";
    }
}
