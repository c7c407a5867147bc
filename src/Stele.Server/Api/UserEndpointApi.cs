using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Stele.Governance.Users;
using Stele.Replication;
using Stele.Server.Application;
using Stele.Server.Authentication;
using Stele.Server.Authentication.Tokens;
using Stele.Server.Functions;
using Stele.Server.Hosting;

namespace Stele.Server.Api;

/// <summary>User-defined endpoints: what users put at paths under <c>/app</c> that the ledger has nothing at.</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="tokens">Verifies tokens.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is told that a write stands and could not be answered.</param>
internal sealed class UserEndpointApi(ConfidentialLedger ledger, BearerTokens tokens, TimeProvider time, ILogger logger)
{
    // What users put here is on the origin of the ledger itself, where browsers hold certificates of administrators: so no page of it
    // runs a script, loads anything, sends a form, or is on that origin at all.
    private const string ContentPolicy = "sandbox; default-src 'none'";

    /// <summary>Whether a path is one of these.</summary>
    public bool Has(PathString path) =>
        Operations.Of(path.Value ?? "", out _).Count == 0 && UserEndpoint.Of(ledger.Tables, path.Value ?? "").Count > 0;

    /// <summary>Whether a request is for one that may write: such a one runs where the ledger is written.</summary>
    public bool Writes(HttpRequest request) =>
        Operations.Of(request.Path.Value ?? "", out _).Count == 0
        && UserEndpoint.Of(ledger.Tables, request.Path.Value ?? "")
            .Any(one => one.Endpoint.Method == request.Method && !one.Endpoint.OnlyReads);

    /// <summary>Answers a request.</summary>
    /// <exception cref="RefusedException">The request is refused.</exception>
    public async Task AnswerAsync(HttpContext http)
    {
        if (!ledger.IsServing) throw LedgerApi.NotOpen();
        var tables = ledger.Tables;
        var found = UserEndpoint.Of(tables, http.Request.Path.Value ?? "");
        var (endpoint, parameters) = found.FirstOrDefault(one => one.Endpoint.Method == http.Request.Method);
        if (endpoint is null) throw NoSuchMethod(found.Select(one => one.Endpoint.Method));
        http.Response.Headers.ContentSecurityPolicy = ContentPolicy;
        var (user, writeCaller) = await AuthenticateAsync(http, endpoint);
        using var body = await RequestBody.ReadAsync(http);
        var request = new RequestFacts(http, body.Memory, user)
        {
            Route = endpoint.Path,
            Parameters = parameters,
            WriteCaller = writeCaller,
        };
        try
        {
            var (id, answer) = await ledger.Endpoints.AnswerAsync(
                endpoint, tables.VersionOf(FunctionTables.Endpoints), request, http.RequestAborted);
            if (id is { } written) AnswerWrite(http, endpoint, answer, written);
            else Write(http.Response, answer, ledger.Position);
        }
        catch (EntryTooLargeException tooLarge)
        {
            throw new RefusedException(new ApiError(
                StatusCodes.Status413PayloadTooLarge, ErrorCodes.RequestBodyTooLarge, tooLarge.Message));
        }
    }

    // Clients repeat a write that was answered 500: where this one stands, no answer but its own is true.
    private void AnswerWrite(HttpContext http, UserEndpoint endpoint, EndpointAnswer answer, TransactionId written)
    {
        try
        {
            Write(http.Response, answer, written);
        }
        catch (Exception failure)
        {
            Log.OutcomeUnknown(logger, $"{endpoint.Method} {endpoint.Path}", failure);
            http.Abort();
        }
    }

    private static void Write(HttpResponse response, EndpointAnswer answer, TransactionId id)
    {
        if (answer.Failure is { } failure)
        {
            response.Write(new ApiError(StatusCodes.Status500InternalServerError, ErrorCodes.InternalError, failure), id);
            return;
        }
        response.Write(new Answer(answer.Status, WriteBody: null), id);
        foreach (var (name, value) in answer.Headers) response.Headers[name] = value;
        if (answer.Body is not { } body || answer.Status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent
            or StatusCodes.Status304NotModified) return;
        response.ContentType = answer.ContentType;
        response.WriteBody(body);
    }

    // The first policy that is met says who calls. A token that is refused ends it: its holder is not nobody (0022).
    private async Task<(string? User, Action<Utf8JsonWriter> Write)> AuthenticateAsync(HttpContext http, UserEndpoint endpoint)
    {
        RefusedException? why = null;
        var takesToken = endpoint.Policies.Any(policy => policy.Contains(CallerPolicy.Token));
        UserId? holder = takesToken && BearerTokens.Has(http.Request) ? await tokens.CallerOfAsync(http) : null;
        foreach (var policy in endpoint.Policies)
        {
            try
            {
                var callers = new List<(string Policy, string? User, Action<Utf8JsonWriter> Write)>();
                foreach (var name in policy)
                {
                    var (user, write) = Show(http, name, holder);
                    callers.Add((name, user, write));
                }
                return (callers.Find(one => one.User is not null).User, json => WriteCallers(json, callers));
            }
            catch (RefusedException refused)
            {
                why ??= refused;
            }
        }
        throw why!;
    }

    private (string? User, Action<Utf8JsonWriter> Write) Show(HttpContext http, string policy, UserId? holder)
    {
        if (policy == CallerPolicy.Nothing) return (null, _ => { });
        if (policy == CallerPolicy.Token)
        {
            return holder is { } user
                ? (user.Value, json => WriteToken(json, user.Value, http.Request.Headers.Authorization[0]!))
                : throw RefusedException.Unauthenticated("This endpoint demands a bearer token.");
        }
        var certificate = http.Features.Get<ConnectionFacts>()?.Certificate
            ?? throw RefusedException.Unauthenticated("This endpoint demands a client certificate.");
        Authorization.RefuseOutOfDate(certificate, time.GetUtcNow());
        if (policy == CallerPolicy.UserCertificate && ledger.User(certificate.User) is null)
            throw RefusedException.Unauthenticated($"{certificate.User} is no user of this ledger.");
        return (certificate.User.Value, json => WriteCertificate(json, certificate));
    }

    private static void WriteCertificate(Utf8JsonWriter json, ClientCertificate certificate)
    {
        json.WriteString("id"u8, certificate.User.Value);
        json.WriteString("cert"u8, PemEncoding.WriteString("CERTIFICATE", certificate.Raw.Span));
    }

    private static void WriteCallers(Utf8JsonWriter json, List<(string Policy, string? User, Action<Utf8JsonWriter> Write)> callers)
    {
        json.WriteStartObject();
        if (callers is [var one])
        {
            json.WriteString("policy"u8, one.Policy);
            one.Write(json);
        }
        else
        {
            json.WriteStartArray("policy"u8);
            foreach (var caller in callers) json.WriteStringValue(caller.Policy);
            json.WriteEndArray();
            foreach (var caller in callers.DistinctBy(caller => caller.Policy))
            {
                json.WriteStartObject(caller.Policy);
                caller.Write(json);
                json.WriteEndObject();
            }
        }
        json.WriteEndObject();
    }

    private static void WriteToken(Utf8JsonWriter json, string user, string authorization)
    {
        var parts = authorization[(authorization.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim(' ').Split('.');
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        json.WriteString("id"u8, user);
        json.WriteStartObject("jwt"u8);
        json.WriteString("keyIssuer"u8, payload.RootElement.GetProperty("iss").GetString());
        json.WritePropertyName("header"u8);
        json.WriteRawValue(Base64Url.DecodeFromChars(parts[0]));
        json.WritePropertyName("payload"u8);
        payload.RootElement.WriteTo(json);
        json.WriteEndObject();
    }

    private static RefusedException NoSuchMethod(IEnumerable<string> methods)
    {
        var allow = string.Join(", ", methods);
        return new RefusedException(
            new ApiError(
                StatusCodes.Status405MethodNotAllowed,
                ErrorCodes.UnsupportedHttpVerb,
                $"This path does not have this method; it has {allow}.")
            {
                Allow = allow,
            });
    }
}
