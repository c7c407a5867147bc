using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Stele.Replication;
using Stele.Replication.Network;
using Stele.Server.Api;
using Stele.Server.Authentication.Tokens;
using Stele.Server.Hosting;

namespace Stele.Server.Network;

/// <summary>Passes writes that reach a backup on to the primary, and its answer back: never a redirect.</summary>
/// <remarks>
/// A client repeats what is answered 503: so that is said only of a write that the primary surely has not taken. Where it
/// may have, and no answer came, the client's connection ends without one.
/// </remarks>
internal sealed class Forwarding(HttpClient nodes, IFollower ledger, ILogger logger)
{
    private const int AnswerBytesMax = 4 << 20;
    private const string TransactionHeader = "x-ms-ccf-transaction-id";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly string[] Copied =
        [TransactionHeader, "Retry-After", "Location", "WWW-Authenticate", "Cache-Control", "X-Content-Type-Options",
            "Content-Security-Policy"];

    /// <summary>Whether another node writes.</summary>
    public bool IsBackup => ledger.Role == NodeRole.Backup;

    /// <summary>
    /// Whether a request must go to another node. One that does not say who calls is refused by any, but for members' requests, which
    /// are signed themselves.
    /// </summary>
    public bool Takes(HttpContext http) =>
        IsBackup
        && !HttpMethods.IsGet(http.Request.Method)
        && (http.Features.Get<ConnectionFacts>() is { Certificate: not null }
            || BearerTokens.Has(http.Request) || GovernanceApi.Has(http.Request.Path));

    /// <summary>Passes a request on and answers it.</summary>
    /// <param name="http">The request.</param>
    /// <param name="wasForwarded">Whether another node has passed it on already.</param>
    /// <exception cref="LedgerUnavailableException">The primary surely has not taken it.</exception>
    public async Task AnswerAsync(HttpContext http, bool wasForwarded)
    {
        if (ledger.Stopped is { } reason) throw new LedgerUnavailableException(reason, retryAfter: null);
        if (wasForwarded || ledger.Primary is not { } primary || primary.NodeId == ledger.NodeId)
            throw Unavailable(ledger.Trouble?.Reason ?? "The network has no primary at the moment that this node knows of.");
        using var body = await RequestBody.ReadAsync(http);
        using var content = new ForwardedContent(body.Memory, http.Request.ContentType);
        using var request = RequestOf(http, primary.Address, content);
        HttpResponseMessage answer;
        byte[] bytes;
        try
        {
            // Whether the client waits or not: what became of the write is this node's to know.
            using var patience = new CancellationTokenSource(Patience);
            answer = await nodes.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            await answer.Content.LoadIntoBufferAsync(AnswerBytesMax, patience.Token);
            bytes = await answer.Content.ReadAsByteArrayAsync(patience.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException)
        {
            if (!content.HasStarted) throw Unavailable("The network's primary cannot be reached.");
            Log.OutcomeUnknown(logger, $"{http.Request.Method} {primary.Address}", failure);
            http.Abort();
            return;
        }
        using (answer) await AnswerAsync(http, answer, bytes);
    }

    private static LedgerUnavailableException Unavailable(string reason) => new($"{reason} Send this one again.", Soon);

    private static HttpRequestMessage RequestOf(HttpContext http, Uri primary, ForwardedContent content)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith('/')) target = http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent();
        if (target.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw RefusedException.Input("The request's path and query must be percent-encoded.");
        // Joined as text, and taken as it is: a path that begins with two slashes names no other host.
        var uri = new Uri(
            primary.GetLeftPart(UriPartial.Authority) + target,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), uri)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        // The primary's spans belong to this node's.
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } span) request.Headers.TryAddWithoutValidation("traceparent", span.Id);
        // The primary verifies the token itself, as this node would.
        if (BearerTokens.Has(http.Request))
            request.Headers.TryAddWithoutValidation("Authorization", http.Request.Headers.Authorization.ToArray());
        var caller = http.Features.Get<ConnectionFacts>()?.Certificate;
        request.Headers.TryAddWithoutValidation(
            ForwardedCaller.Header, caller is null ? ForwardedCaller.Nobody : Convert.ToBase64String(caller.Raw.Span));
        return request;
    }

    private async Task AnswerAsync(HttpContext http, HttpResponseMessage answer, byte[] body)
    {
        var response = http.Response;
        foreach (var name in Copied)
            if (answer.Headers.TryGetValues(name, out var values)) response.Headers[name] = values.ToArray();
        // User-defined endpoints answer with headers of their own.
        foreach (var (name, values) in answer.Headers.Where(header => header.Key.StartsWith("x-", StringComparison.OrdinalIgnoreCase)))
            response.Headers[name] = values.ToArray();
        if (answer.IsSuccessStatusCode && TransactionId.TryParse(response.Headers[TransactionHeader].ToString(), out var id))
            await ledger.WhenHereAsync(id.SeqNo, http.RequestAborted);
        response.StatusCode = (int)answer.StatusCode;
        if (answer.Content.Headers.Allow is { Count: > 0 } allow) response.Headers.Allow = string.Join(", ", allow);
        response.ContentType = answer.Content.Headers.ContentType?.ToString();
        if (body.Length == 0) return;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, http.RequestAborted);
    }
}
