using System.Text.Json;
using Stele.Replication;
using Stele.Scripting;

namespace Stele.Server.Functions;

/// <summary>Runs user-defined endpoints.</summary>
/// <param name="runs">Where scripts run.</param>
/// <param name="time">The clock.</param>
internal sealed class EndpointCalls(ScriptRuns runs, TimeProvider time)
{
    /// <summary>Has an endpoint answer a request, in a transaction of its own.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="version">The version of the table that it was found in.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancel">When nobody waits for it any more.</param>
    /// <exception cref="LedgerUnavailableException">Nothing was written; it may be sent again.</exception>
    public Task<(TransactionId? Id, EndpointAnswer Answer)> AnswerAsync(
        UserEndpoint endpoint, SeqNo version, RequestFacts request, CancellationToken cancel) =>
        runs.RunAsync(
            async transaction =>
            {
                _ = transaction.Rows(FunctionTables.Endpoints);
                // Who calls was decided by what stood there.
                if (transaction.Start.Tables.VersionOf(FunctionTables.Endpoints) != version)
                    throw new LedgerUnavailableException("The endpoints have changed just now. Send this again.", TimeSpan.FromSeconds(1));
                var host = new ScriptHost(transaction, request.Body, mayWrite: !endpoint.OnlyReads);
                var answer = await RunAsync(transaction, endpoint, host, request, cancel);
                return new RunResult<EndpointAnswer>(answer, Counts: host.AppliesWrites ?? answer.Status is >= 200 and < 300);
            },
            write => write(), untilCommitted: false, cancel);

    private async Task<EndpointAnswer> RunAsync(
        ScriptTransaction transaction, UserEndpoint endpoint, ScriptHost host, RequestFacts request, CancellationToken cancel)
    {
        var modules = Bundle.ModulesOf(transaction.Rows(FunctionTables.Modules));
        var options = RuntimeOptions.Of(transaction);
        var script = new Script(endpoint.Module, modules[endpoint.Module])
        {
            Imports = name => modules.GetValueOrDefault(name.TrimStart('/')),
        };
        var outcome = await Sandbox.ServeAsync(
            script, endpoint.Function, JsonText.Of(request.Write), host, options.Limits, time, cancel);
        if (outcome is ScriptOutcome.Failed failed) return Failed(endpoint, failed.Error, options);
        try
        {
            using var json = JsonDocument.Parse(((ScriptOutcome.Returned)outcome).Json ?? "{}");
            return EndpointAnswer.Read(json.RootElement, host.AnswerBody);
        }
        catch (FormatException malformed)
        {
            return Failed(endpoint, new ScriptError(malformed.Message), options);
        }
    }

    private static EndpointAnswer Failed(UserEndpoint endpoint, ScriptError error, RuntimeOptions options)
    {
        var message = $"Error while executing endpoint {endpoint.Method} {endpoint.Path}";
        return new EndpointAnswer(500, [], null, null)
        {
            Failure = !options.ReturnsDetails ? $"{message}."
                : error.Trace.Length == 0 ? $"{message}: {error}" : $"{message}: {error}\n{error.Trace}",
        };
    }
}
