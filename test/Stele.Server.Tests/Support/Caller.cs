using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Stele.Governance.Users;

namespace Stele.Server.Tests.Support;

/// <summary>A client of the ledger with a certificate of its own, or none.</summary>
internal sealed class Caller : IDisposable
{
    private readonly HttpClient _client;

    public Caller(Uri ledger, X509Certificate2 service, X509Certificate2? certificate, SslProtocols versions = SslProtocols.None)
    {
        Certificate = certificate;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.EnabledSslProtocols = versions;
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { service },
        };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        _client = new HttpClient(handler) { BaseAddress = ledger };
    }

    public X509Certificate2? Certificate { get; }

    /// <summary>The user id of the caller's certificate.</summary>
    public UserId Id => UserId.OfCertificate(Certificate!.RawData);

    public Task<Reply> SendAsync(
        string method,
        string pathAndQuery,
        string? body = null,
        string contentType = "application/json",
        string? authorization = null) =>
        SendAsync(method, pathAndQuery, body is null ? null : Encoding.UTF8.GetBytes(body), contentType, authorization);

    public async Task<Reply> SendAsync(
        string method, string pathAndQuery, byte[]? body, string contentType, string? authorization = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), pathAndQuery);
        request.Headers.Add("x-ms-client-request-id", "of-a-test");
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }
        return await SendAsync(request);
    }

    public async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply(
            response.StatusCode,
            response.Headers,
            response.Content.Headers.ContentType?.ToString(),
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public Task<Reply> GetAsync(string pathAndQuery) => SendAsync("GET", pathAndQuery);

    /// <summary>Appends an entry in the stable API version.</summary>
    public async Task<TransactionId> AppendAsync(string contents, string? collection = null)
    {
        var where = collection is null ? "" : $"&collectionId={Uri.EscapeDataString(collection)}";
        var body = $$"""{"contents":{{JsonSerializer.Serialize(contents)}}}""";
        return (await SendAsync("POST", $"/app/transactions?api-version=2022-05-13{where}", body)).AssertOk().Id;
    }

    public void Dispose() => _client.Dispose();
}
