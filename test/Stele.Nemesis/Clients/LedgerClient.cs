using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Stele.Nemesis.History;

namespace Stele.Nemesis.Clients;

/// <summary>One client's connection to one node: it asks, and notes what it was answered, word for word.</summary>
internal sealed class LedgerClient : IDisposable
{
    private const string Version = "api-version=2026-07-31-preview";
    private const string TransactionHeader = "x-ms-ccf-transaction-id";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly HttpClient _http;
    private readonly Recorder _recorder;
    private readonly int _client;
    private readonly int _node;
    private readonly Func<int> _life;

    public LedgerClient(Recorder recorder, int client, int node, Func<int> life, HttpClient http) =>
        (_recorder, _client, _node, _life, _http) = (recorder, client, node, life, http);

    /// <summary>A connection that trusts the service alone.</summary>
    public static HttpClient Connect(Uri address, X509Certificate2 service, X509Certificate2 user)
    {
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { service },
        };
        var tls = new SslClientAuthenticationOptions { CertificateChainPolicy = trust, ClientCertificates = [user] };
        return new HttpClient(new SocketsHttpHandler { SslOptions = tls, UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = address,
            Timeout = Patience,
        };
    }

    public Task<Call> AppendAsync(string collection, string contents, bool committed)
    {
        var body = new StringContent(
            JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal) { ["contents"] = contents }),
            Encoding.UTF8, "application/json");
        var path = $"/app/transactions?{Version}&collectionId={collection}&waitForCommit={(committed ? "true" : "false")}";
        return SendAsync(
            new HttpRequestMessage(HttpMethod.Post, path) { Content = body },
            Of(committed ? CallKind.AppendCommitted : CallKind.Append, collection) with { Sent = contents },
            (call, text) => committed ? call with { Receipt = text } : call);
    }

    public Task<Call> ReadAsync(string collection, TransactionId id) => GetAsync(
        $"/app/transactions/{id}?{Version}&collectionId={collection}",
        Of(CallKind.Read, collection) with { Asked = id },
        (call, json) => json.TryGetProperty("entry", out var entry)
            ? call with { Entries = [ShownIn(entry)] }
            : call with { IsCommitted = false });

    public Task<Call> CurrentAsync(string collection) => GetAsync(
        $"/app/transactions/current?{Version}&collectionId={collection}",
        Of(CallKind.Current, collection),
        (call, json) => call with { Entries = [ShownIn(json)] });

    public Task<Call> ListAsync(string collection, TransactionId? from) => GetAsync(
        $"/app/transactions?{Version}&collectionId={collection}" + (from is null ? "" : $"&fromTransactionId={from}"),
        Of(CallKind.List, collection) with { Asked = from },
        (call, json) => call with { Entries = [.. json.GetProperty("entries").EnumerateArray().Select(ShownIn)] });

    public Task<Call> StatusAsync(TransactionId id) => GetAsync(
        $"/app/transactions/{id}/status?{Version}",
        Of(CallKind.Status, "") with { Asked = id },
        (call, json) => call with { IsCommitted = json.GetProperty("state").GetString() == "Committed" });

    public Task<Call> ReceiptAsync(string collection, TransactionId id) => SendAsync(
        new HttpRequestMessage(HttpMethod.Get, $"/app/transactions/{id}/receipt?{Version}"),
        Of(CallKind.Receipt, collection) with { Asked = id },
        (call, text) => Parse(text).GetProperty("state").GetString() == "Ready"
            ? call with { Receipt = text }
            : call with { IsCommitted = false });

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static Shown ShownIn(JsonElement entry) =>
        TransactionId.TryParse(entry.GetProperty("transactionId").GetString(), out var id)
            ? new Shown(id, entry.GetProperty("contents").GetString()!)
            : throw new FormatException($"An entry without an id: {entry}");

    private static JsonElement Parse(string text) => JsonDocument.Parse(text).RootElement;

    private Call Of(CallKind kind, string collection) => new()
    {
        Kind = kind,
        Client = _client,
        Node = _node,
        Life = _life(),
        Collection = collection,
        Start = _recorder.Now,
        End = 0,
        Outcome = Outcome.Unknown,
    };

    private Task<Call> GetAsync(string path, Call call, Func<Call, JsonElement, Call> read) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), call, (answered, text) => read(answered, Parse(text)));

    private async Task<Call> SendAsync(HttpRequestMessage request, Call call, Func<Call, string, Call> read)
    {
        call = await AnsweredAsync(request, call, read);
        call = call with { End = _recorder.Now, Life = _life() == call.Life ? call.Life : null };
        _recorder.Add(call);
        return call;
    }

    private async Task<Call> AnsweredAsync(HttpRequestMessage request, Call call, Func<Call, string, Call> read)
    {
        try
        {
            using (request)
            using (var answer = await _http.SendAsync(request))
            {
                var text = await answer.Content.ReadAsStringAsync();
                call = call with { Position = PositionOf(answer), Outcome = OutcomeOf(answer.StatusCode, text) };
                return call.Outcome == Outcome.Ok ? read(call, text) : call with { Detail = $"{(int)answer.StatusCode} {text}" };
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            return call with { Detail = broken.Message };
        }
        catch (Exception fault) when (fault is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return call with { Outcome = Outcome.Failed, Detail = fault.Message };
        }
    }

    private static TransactionId? PositionOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues(TransactionHeader, out var values) && TransactionId.TryParse(values.Single(), out var id) ? id : null;

    private static Outcome OutcomeOf(HttpStatusCode status, string text) => status switch
    {
        HttpStatusCode.OK or HttpStatusCode.Created => Outcome.Ok,
        HttpStatusCode.ServiceUnavailable => Outcome.Refused,
        HttpStatusCode.NotFound => text.Contains("InvalidTransactionId", StringComparison.Ordinal) ? Outcome.Invalid : Outcome.NotFound,
        _ => Outcome.Failed,
    };
}
