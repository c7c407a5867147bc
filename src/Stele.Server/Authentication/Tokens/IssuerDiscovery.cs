using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Stele.Governance.Tokens;

namespace Stele.Server.Authentication.Tokens;

/// <summary>
/// Fetches an issuer's keys as OpenID Connect Discovery 1.0 says: its document names where they are. Over HTTPS alone, trusting
/// the authorities that governance has set and no others, following no redirect, and reading no more than an issuer has to say.
/// </summary>
internal static class IssuerDiscovery
{
    private const string DocumentPath = "/.well-known/openid-configuration";
    private const int BodyBytesMax = 512 * 1024;
    private const int HeaderKilobytesMax = 32;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Fetches the keys.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="authorities">The certificates that it is trusted by, PEM.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <returns>The keys; at least one.</returns>
    /// <exception cref="HttpRequestException">It cannot be reached, or is not to be trusted.</exception>
    /// <exception cref="OperationCanceledException">It does not answer in time.</exception>
    /// <exception cref="FormatException">What it answers is not what it must be.</exception>
    public static async Task<IReadOnlyList<TokenKey>> FetchAsync(TokenIssuer issuer, string authorities, CancellationToken cancel)
    {
        using var client = ClientOf(authorities);
        using var document = await GetAsync(client, HttpsUri(issuer.Name.TrimEnd('/') + DocumentPath), cancel);
        if (Text(document.RootElement, "issuer") != issuer.Name)
            throw new FormatException("Its discovery document is another issuer's.");
        var keysAddress = Text(document.RootElement, "jwks_uri") ?? throw new FormatException("Its discovery document has no jwks_uri.");
        using var set = await GetAsync(client, HttpsUri(keysAddress), cancel);
        var keys = JsonWebKeySet.ReadPublished(set.RootElement);
        return keys.Count > 0 ? keys : throw new FormatException("It publishes no key that tokens could be verified with.");
    }

    private static HttpClient ClientOf(string authorities)
    {
        var roots = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        try
        {
            roots.CustomTrustStore.ImportFromPem(authorities);
        }
        catch (CryptographicException fault)
        {
            throw new FormatException("The certificates that it is trusted by are none.", fault);
        }
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = Patience,
            MaxResponseHeadersLength = HeaderKilobytesMax,
            SslOptions = { CertificateChainPolicy = roots },
        };
        return new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = BodyBytesMax };
    }

    private static async Task<JsonDocument> GetAsync(HttpClient client, Uri address, CancellationToken cancel)
    {
        // Read whole, within the client's time and size.
        using var answer = await client.GetAsync(address, cancel);
        if (answer.StatusCode != HttpStatusCode.OK) throw new FormatException($"It answers {(int)answer.StatusCode} at {address}.");
        var body = await answer.Content.ReadAsByteArrayAsync(cancel);
        try
        {
            return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
        }
        catch (JsonException fault)
        {
            throw new FormatException($"What it answers at {address} is no JSON.", fault);
        }
    }

    private static Uri HttpsUri(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
            ? uri
            : throw new FormatException("Its address, or that of its keys, is none of https.");

    private static string? Text(JsonElement json, string member)
    {
        try
        {
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(member, out var value)
                && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException fault)
        {
            throw new FormatException("Its discovery document has a text that is none.", fault);
        }
    }
}
