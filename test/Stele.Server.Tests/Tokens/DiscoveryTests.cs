using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Stele.Governance.Tokens;
using Stele.Server.Authentication.Tokens;
using Stele.Server.Hosting;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Tokens;

/// <summary>Issuers that are not what they say, or not well: of none is a key taken.</summary>
public sealed class DiscoveryTests : IAsyncLifetime
{
    private const string Document = "/.well-known/openid-configuration";
    private readonly Dictionary<string, Func<HttpContext, Task>> _answers = new(StringComparer.Ordinal);
    private readonly X509Certificate2 _certificate = Certificates.New("issuer");
    private readonly TokenMint _mint = TokenMint.EllipticCurve("", "key", System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
    private WebApplication _server = null!;
    private string _issuer = "";

    public async ValueTask InitializeAsync()
    {
        var front = new HttpsFront(
            new IPEndPoint(IPAddress.Loopback, 0), () => _certificate, [], AsksForCertificate: false, BodyBytesMax: 0, ConnectionsMax: 10,
            TimeProvider.System);
        _server = await front.StartAsync(AnswerAsync, NullLoggerFactory.Instance, CancellationToken.None);
        _issuer = $"https://localhost:{HttpsFront.PortOf(_server)}";
        Says(Document, new { issuer = _issuer, jwks_uri = $"{_issuer}/keys" });
        Says("/keys", new { keys = new[] { _mint.Jwk() } });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificate.Dispose();
        _mint.Dispose();
    }

    [Fact]
    public async Task Keys_are_fetched_and_others_left_out()
    {
        var forEncryption = _mint.Jwk();
        (forEncryption["use"], forEncryption["kid"]) = ("enc", "other");
        var offCurve = _mint.Jwk();
        (offCurve["x"], offCurve["kid"]) = (TokenMint.Text(new byte[32]), "off");
        using var weak = TokenMint.Rsa("", "weak", 1024);
        using var named = Certificates.New("named");
        var byCertificate = new JsonObject
        {
            ["kty"] = "EC",
            ["kid"] = "certificate",
            ["x5c"] = new JsonArray(Convert.ToBase64String(named.RawData)),
        };
        Says("/keys", new { keys = new JsonNode[] { forEncryption, _mint.Jwk(), offCurve, weak.Jwk(), byCertificate, new JsonObject() } });
        Assert.Equal(["key", "certificate"], (await FetchAsync()).Select(key => key.Id));
    }

    [Theory]
    [InlineData("""{"kty":"RSA","kid":"\ud800","n":"AQAB","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","kid":"a","n":"NUMBER","e":""}""")]
    [InlineData("""{"kty":"RSA","kid":"a","n":"","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","kid":"a","n":"NUMBER","e":"\udfff"}""")]
    [InlineData("""{"kty":"\ud800","kid":"a"}""")]
    [InlineData("""{"kty":"EC","kid":"a","x5c":["\ud800"]}""")]
    [InlineData("""{"k\ud800d":1,"\ud800":2}""")]
    public async Task An_odd_key_does_not_hide_the_good_ones(string odd)
    {
        var key = odd.Replace("NUMBER", TokenMint.Text([.. Enumerable.Repeat((byte)0xC5, 256)]), StringComparison.Ordinal);
        _answers["/keys"] = http => http.Response.WriteAsync($$"""{"keys":[{{key}},{{_mint.Jwk().ToJsonString()}}]}""");
        Assert.Equal("key", Assert.Single(await FetchAsync()).Id);
        _answers["/keys"] = http => http.Response.WriteAsync($$"""{"keys":[{{key}}]}""");
        await RefusedAsync<FormatException>("no key");
    }

    [Theory]
    [InlineData("""{"issuer":"\ud800"}""")]
    [InlineData("""{"\ud800ssuer":1,"issu\u0065r":"\udc00"}""")]
    public async Task A_document_whose_texts_are_none_is_refused(string document)
    {
        _answers[Document] = http => http.Response.WriteAsync(document);
        await RefusedAsync<FormatException>("");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task No_redirect_is_followed_and_no_error_is_read(int status)
    {
        Says("/elsewhere", new { issuer = _issuer, jwks_uri = $"{_issuer}/keys" });
        _answers[Document] = http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = $"{_issuer}/elsewhere";
            return Task.CompletedTask;
        };
        await RefusedAsync<FormatException>(status.ToString());
    }

    [Fact]
    public async Task What_it_says_must_be_its_own_and_over_tls()
    {
        Says(Document, new { issuer = $"{_issuer}/", jwks_uri = $"{_issuer}/keys" });
        await RefusedAsync<FormatException>("another issuer's");
        Says(Document, new { issuer = _issuer, jwks_uri = _issuer.Replace("https", "http", StringComparison.Ordinal) + "/keys" });
        await RefusedAsync<FormatException>("https");
        Says(Document, new { issuer = _issuer, jwks_uri = "file:///etc/passwd" });
        await RefusedAsync<FormatException>("https");
        Says(Document, new { issuer = _issuer });
        await RefusedAsync<FormatException>("no jwks_uri");
    }

    [Fact]
    public async Task What_is_no_set_of_keys_is_refused()
    {
        Says("/keys", new { keys = Array.Empty<object>() });
        await RefusedAsync<FormatException>("no key");
        Says("/keys", new { keys = 1 });
        await RefusedAsync<FormatException>("no list");
        Says("/keys", new { keys = Enumerable.Range(0, 65).Select(_ => _mint.Jwk()).ToArray() });
        await RefusedAsync<FormatException>("more than 64");
        _answers["/keys"] = http => http.Response.WriteAsync("<html>");
        await RefusedAsync<FormatException>("no JSON");
        _answers["/keys"] = http => http.Response.WriteAsync(new string(' ', 600 * 1024) + "{}");
        await RefusedAsync<HttpRequestException>("");
    }

    [Fact]
    public async Task Only_the_authorities_that_governance_has_set_are_trusted()
    {
        using var other = Certificates.New("issuer");
        await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync(other.ExportCertificatePem()));
        await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync(""));
        await Assert.ThrowsAsync<FormatException>(() => FetchAsync("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"));
        Assert.Single(await FetchAsync());
    }

    private void Says(string path, object answer)
    {
        var bytes = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(answer));
        _answers[path] = http => http.Response.Body.WriteAsync(bytes).AsTask();
    }

    private Task AnswerAsync(HttpContext http) => _answers[http.Request.Path.Value!](http);

    private Task<IReadOnlyList<TokenKey>> FetchAsync(string? authorities = null) => IssuerDiscovery.FetchAsync(
        new TokenIssuer(_issuer), authorities ?? _certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);

    private async Task RefusedAsync<TException>(string part)
        where TException : Exception =>
        Assert.Contains(part, (await Assert.ThrowsAsync<TException>(() => FetchAsync())).Message, StringComparison.Ordinal);
}
