using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Stele.Governance.Service;
using Stele.Ledger.Collections;
using Stele.Replication;
using Stele.Server.Application;
using Stele.Server.Authentication;
using Stele.Server.Authentication.Tokens;
using Stele.Server.Health;
using Stele.Server.Hosting;
using Stele.Server.Network;
using Stele.Server.Telemetry;

namespace Stele.Server.Api;

/// <summary>
/// The way of every request to the ledger: path, version, method, caller, role, parameters, endpoint, answer. Whatever
/// goes wrong on that way is turned into an answer here, and nowhere else.
/// </summary>
internal sealed class LedgerApi(
    ConfidentialLedger ledger, KeyRefresh keys, LedgerHostOptions options, TimeProvider time, ILogger logger,
    RequestTelemetry? telemetry = null)
{
    private readonly BearerTokens _tokens = new(new TokenVerifier(() => ledger.Tables, time), keys);
    private readonly BodyBudget _bodies = new(options.BodyBytesInFlightMax, options.BodyBytesMax);
    private readonly NodeApi _nodes = new(ledger, keys);
    private readonly GovernanceApi _governance = new(ledger);
    private readonly UserEndpointApi _endpoints = new(ledger, new(new TokenVerifier(() => ledger.Tables, time), keys), time, logger);
    private readonly ExplorerApi? _explorer = options.Explorer is { } explorer ? new(explorer, ledger, options, time) : null;
    private readonly Forwarding? _forwarding = ledger.Network is { } network ? new(network.Nodes, ledger, logger) : null;

    /// <summary>Answers one request.</summary>
    public Task HandleAsync(HttpContext http)
    {
        http.EchoRequestId();
        http.KeepToOrigin();
        if (HealthEndpoints.TryAnswer(http, ledger)) return Task.CompletedTask;
        return telemetry is { IsOn: true } ? telemetry.ServeAsync(http, TakeAsync) : TakeAsync(http);
    }

    private Task TakeAsync(HttpContext http) =>
        _bodies.ServeAsync(http, RouteAsync, error => http.Response.Write(error, ledger.Position));

    // To this node's own endpoints, or to the primary's, in the name of whoever really calls.
    private Task RouteAsync(HttpContext http)
    {
        try
        {
            var wasForwarded = ForwardedCaller.Take(http, ledger.TrustedNodes);
            if (!wasForwarded) NodeApi.RefuseOldTls(http);
            if (OtherSite.Sent(http.Request) && !(OtherSite.LeadsHere(http.Request) && !_endpoints.Writes(http.Request)))
                throw OtherSite.Refused();
            if (_explorer is { } explorer && ExplorerApi.Has(http.Request.Path))
                return ServeAsync(http, () => explorer.AnswerAsync(http, _tokens));
            if (_forwarding is { } forwarding && (forwarding.Takes(http) || (forwarding.IsBackup && _endpoints.Writes(http.Request))))
                return ServeAsync(http, () => forwarding.AnswerAsync(http, wasForwarded));
            return NodeApi.Has(http.Request.Path) ? ServeAsync(http, () => _nodes.AnswerAsync(http))
                : GovernanceApi.Has(http.Request.Path) ? ServeAsync(http, () => _governance.AnswerAsync(http))
                : _endpoints.Has(http.Request.Path) ? ServeAsync(http, () => _endpoints.AnswerAsync(http))
                : AnswerAsync(http, Admit);
        }
        catch (RefusedException refused)
        {
            http.Response.Write(refused.Error, ledger.Position);
            return Task.CompletedTask;
        }
    }

    private async Task ServeAsync(HttpContext http, Func<Task> serve)
    {
        try
        {
            await serve();
        }
        catch (Exception failure) when (failure is OutcomeUnknownException || http.Response.HasStarted
            || http.RequestAborted.IsCancellationRequested)
        {
            // No answer would be true, or nobody is there to read it.
            http.Abort();
        }
        catch (Exception failure)
        {
            http.Response.Write(ErrorOf(failure), ledger.Position);
        }
    }

    /// <summary>Answers a request with what its operation says, or with what went wrong.</summary>
    /// <param name="http">The request.</param>
    /// <param name="admit">Makes a call of it, or refuses it.</param>
    internal async Task AnswerAsync(HttpContext http, Func<HttpContext, Call> admit)
    {
        Call? call = null;
        try
        {
            if (BearerTokens.Has(http.Request)) http.Features.Set(new TokenCaller(await _tokens.CallerOfAsync(http)));
            call = admit(http);
            var answer = await call.Operation.Endpoint(call);
            http.Response.Write(answer, ledger.Position);
        }
        catch (Exception failure) when (call is { WriteSubmitted: true })
        {
            Log.OutcomeUnknown(logger, call.Operation.ToString(), failure);
            http.Abort();
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to answer, and nothing to find in the log.
            http.Abort();
        }
        catch (Exception failure)
        {
            http.Response.Write(ErrorOf(failure), ledger.Position);
        }
    }

    private Call Admit(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        var query = QueryParameters.Parse(http.Request.QueryString.Value);
        var operations = Operations.Of(path, out var pathValue);
        if (operations.Count == 0)
        {
            throw RefusedException.NotFound(
                ErrorCodes.ResourceNotFound, "There is nothing at this path; the ledger's paths start with /app/.");
        }

        if (!ledger.IsServing) throw NotOpen();
        var version = query.Version();
        var operation = Choose(operations, version, http.Request.Method);
        var caller = Authorization.Admit(http, operation, ledger, time);
        query.RefuseOthers(operation, version);
        return new Call
        {
            Http = http,
            Ledger = ledger,
            Version = version,
            Operation = operation,
            Caller = caller,
            Query = query,
            PathValue = pathValue,
            EntryBytesMax = options.EntryBytesMax,
        };
    }

    private static Operation Choose(IReadOnlyList<Operation> operations, ApiVersion version, string method)
    {
        foreach (var operation in operations)
            if (operation.Method == method && operation.IsIn(version)) return operation;
        throw NoSuch(operations, version);
    }

    /// <summary>Says that nobody is served while a ledger is being recovered.</summary>
    internal static RefusedException NotOpen() => new(new ApiError(
        StatusCodes.Status503ServiceUnavailable, ErrorCodes.FrontendNotOpen,
        "The service is not open: its ledger is being recovered, and waits for its members (GET /gov/service/info says how far it is).")
    {
        RetryAfter = TimeSpan.FromSeconds(30),
    });

    private static RefusedException NoSuch(IReadOnlyList<Operation> operations, ApiVersion version)
    {
        var there = operations.Where(operation => operation.IsIn(version)).ToList();
        if (there.Count == 0)
        {
            var versions = ApiVersion.Names(operations.SelectMany(operation => operation.Versions).Distinct());
            return RefusedException.NotFound(
                ErrorCodes.ResourceNotFound,
                $"{operations[0].Path} is not in api-version {version}; it is in {versions}.");
        }

        var methods = string.Join(", ", there.Select(operation => operation.Method));
        return new RefusedException(
            new ApiError(
                StatusCodes.Status405MethodNotAllowed,
                ErrorCodes.UnsupportedHttpVerb,
                $"{operations[0].Path} does not have this method; in api-version {version} it has {methods}.")
            {
                Allow = methods,
            });
    }

    private ApiError ErrorOf(Exception failure)
    {
        switch (failure)
        {
            case RefusedException refused:
                return refused.Error;
            case ServiceClosedException closed:
                return new ApiError(StatusCodes.Status403Forbidden, ErrorCodes.ServiceClosed, closed.Message);
            case LedgerUnavailableException unavailable:
                Log.Unavailable(logger, unavailable.Message);
                return new ApiError(
                    StatusCodes.Status503ServiceUnavailable, ErrorCodes.LedgerUnavailable, unavailable.Message)
                {
                    RetryAfter = unavailable.RetryAfter ?? TimeSpan.FromSeconds(30),
                };
            case IndexIncompleteException incomplete:
                Log.Unavailable(logger, incomplete.Message);
                return new ApiError(
                    StatusCodes.Status503ServiceUnavailable, ErrorCodes.LedgerUnavailable, incomplete.Message)
                {
                    RetryAfter = TimeSpan.FromSeconds(1),
                };
            case BadHttpRequestException bad:
                return BadRequest(bad.StatusCode);
            default:
                // Names this failure in the log; tells the client nothing of what is inside.
                var correlation = Guid.CreateVersion7(time.GetUtcNow());
                Log.Failed(logger, correlation, failure);
                return new ApiError(
                    StatusCodes.Status500InternalServerError,
                    ErrorCodes.InternalError,
                    $"The ledger failed to answer; its operator finds the cause in the log under {correlation}.");
        }
    }

    private ApiError BadRequest(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge =>
            RefusedException.TooLarge(options.EntryBytesMax).Error with { ClosesConnection = true },
        StatusCodes.Status408RequestTimeout => new ApiError(
            status,
            ErrorCodes.RequestTimeout,
            "The request's body came too slowly; send it at once.")
        { ClosesConnection = true },
        _ => new ApiError(
            StatusCodes.Status400BadRequest,
            ErrorCodes.InvalidInput,
            "The request's body is not framed as HTTP demands, or ended early.")
        { ClosesConnection = true },
    };
}
