using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Stele.Cli.Output;
using Stele.Cryptography.Certificates;

namespace Stele.Cli.Connection;

/// <summary>Speaks to a ledger: pinned to its service certificate, as the holder of a client certificate.</summary>
internal sealed class LedgerConnection : IDisposable
{
    private const string ApiVersion = "2026-07-31-preview";
    private const int AttemptsMax = 5;
    // What is longer is announced first (RFC 9110, 10.1.1): a ledger that takes nothing so long says so before it is sent.
    private const int AnnouncedBytes = 1 << 20;
    private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client;

    public LedgerConnection(LedgerLocation location)
    {
        Location = location;
        _client = new HttpClient(Handler(location))
        {
            BaseAddress = location.Url,
            Timeout = TimeSpan.FromSeconds(60),
            DefaultRequestVersion = HttpVersion.Version11,
        };
        _client.DefaultRequestHeaders.Authorization = location.Authorization;
    }

    public LedgerLocation Location { get; }

    /// <summary>Asks for something; asking again is harmless, so a busy ledger is asked again.</summary>
    public Task<LedgerAnswer> GetAsync(string path, CancellationToken cancel) =>
        SendAsync(HttpMethod.Get, path, body: null, cancel);

    /// <summary>
    /// Asks for a change. A refusal by a busy ledger (503) has not taken effect and is repeated; a connection that ends
    /// without an answer leaves that open, and is reported instead.
    /// </summary>
    public async Task<LedgerAnswer> SendAsync(
        HttpMethod method, string path, byte[]? body, CancellationToken cancel, string contentType = "application/json")
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await SendOnceAsync(method, path, body, contentType, cancel);
            if (answer.Status != HttpStatusCode.ServiceUnavailable || answer.RetryAfter is not { } delay || attempt == AttemptsMax)
                return answer.Status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices ? answer : throw Refused(answer);
            Terminal.Say($"{Refused(answer).Message} Asking again in {Math.Ceiling(Shorter(delay).TotalSeconds):F0} s.");
            await Task.Delay(Shorter(delay), cancel);
        }
    }

    public void Dispose() => _client.Dispose();

    private static SocketsHttpHandler Handler(LedgerLocation location) => new()
    {
        AllowAutoRedirect = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificates = location.ClientCertificate is { } certificate ? [certificate] : [],
            CertificateChainPolicy = CertificateTrust.In(location.ServiceCertificate),
            RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                errors == SslPolicyErrors.None && (location.NodeKey is not { } key || IsOf(key.Span, certificate)),
        },
    };

    private static bool IsOf(ReadOnlySpan<byte> key, X509Certificate? certificate)
    {
        if (certificate is null) return false;
        using var shown = new X509Certificate2(certificate);
        return shown.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key);
    }

    private static TimeSpan Shorter(TimeSpan delay) => delay < DelayMax ? delay : DelayMax;

    private static RequestRefusedException Refused(LedgerAnswer answer)
    {
        var (code, message) = answer.Error();
        return new RequestRefusedException(code, $"{message} ({(int)answer.Status} {code})");
    }

    private async Task<LedgerAnswer> SendOnceAsync(
        HttpMethod method, string path, byte[]? body, string contentType, CancellationToken cancel)
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var uri = path.Contains("api-version=", StringComparison.Ordinal) ? path : $"{path}{separator}api-version={ApiVersion}";
        using var request = new HttpRequestMessage(method, uri);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
            if (body.Length > AnnouncedBytes) request.Headers.ExpectContinue = true;
        }
        try
        {
            using var response = await _client.SendAsync(request, cancel);
            return new LedgerAnswer(
                response.StatusCode, TransactionOf(response), response.Headers.RetryAfter?.Delta,
                await response.Content.ReadAsByteArrayAsync(cancel));
        }
        catch (HttpRequestException fault)
        {
            throw NotReachable(fault, method);
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CommandFailedException(
                $"{Location.Url} did not answer within a minute{Consequence(method)}.", ExitCode.NotReachable);
        }
    }

    // What got no answer may have been done or not: only asking is safe to repeat.
    private static string Consequence(HttpMethod method) => method == HttpMethod.Get
        ? "" : ": whether the change was made is not known. Look before you repeat it";

    private static string? TransactionOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-ms-ccf-transaction-id", out var ids) ? ids.First() : null;

    private CommandFailedException NotReachable(HttpRequestException fault, HttpMethod method)
    {
        var reason = (fault.InnerException, fault.HttpRequestError) switch
        {
            (AuthenticationException, _) when Location.NodeKey is not null =>
                $"{Location.Url} is another node now than the one that was attested, or not of this service any more.",
            (AuthenticationException, _) =>
                $"{Location.Url} did not show a certificate of this service (expected: {Location.ServiceCertificateSource}).",
            (SocketException socket, HttpRequestError.ConnectionError) =>
                $"{Location.Url} cannot be reached: {socket.Message}. Is the node running (stele up)?",
            (_, HttpRequestError.NameResolutionError) => $"{Location.Url} cannot be reached: its name is not known here.",
            (_, HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError) =>
                $"{Location.Url} cannot be reached: {fault.Message}",
            _ => $"{Location.Url} ended the connection without an answer{Consequence(method)}.",
        };
        return new CommandFailedException(reason, ExitCode.NotReachable);
    }
}
