using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stele.Server.Tests.Support;

namespace Stele.Tests.Issuer;

/// <summary>An OpenID Connect issuer that others have made, oidc-provider, as a process on loopback.</summary>
internal sealed class RealIssuer : IAsyncDisposable
{
    /// <summary>Who its tokens are for.</summary>
    public const string Audience = "https://confidential-ledger.azure.com";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly string Folder = Path.Combine(Repository.Root, "test", "Stele.Server.Tests", "Tokens", "Issuer");

    private readonly Process _process;
    private readonly string _directory;
    private readonly HttpClient _client;

    private RealIssuer(Process process, string directory, HttpClient client) =>
        (_process, _directory, _client) = (process, directory, client);

    /// <summary>The issuer, as its tokens name it.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What it is trusted by, PEM.</summary>
    public string Authority => File.ReadAllText(Path.Combine(_directory, "certificate.pem"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RealIssuer> StartAsync()
    {
        var installed = Directory.Exists(Path.Combine(Folder, "node_modules", "oidc-provider"));
        Requirement.Met(installed, "npm ci has not run in test/Stele.Server.Tests/Tokens/Issuer.");
        var directory = Directory.CreateTempSubdirectory("stele-issuer-").FullName;
        var (file, keyFile) = (Path.Combine(directory, "certificate.pem"), Path.Combine(directory, "key.pem"));
        using var certificate = Certificates.New("issuer");
        using var key = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), Cancel);
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem(), Cancel);
        var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(Folder, "issuer.mjs"), file, keyFile])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        process.BeginErrorReadLine(); // that it is for development only
        var issuer = new RealIssuer(process, directory, ClientFor(certificate));
        issuer.Name = $"https://localhost:{await issuer.LineAsync("ready ")}";
        return issuer;
    }

    /// <summary>A token for a client of the issuer, by the grant <c>client_credentials</c> (RFC 6749).</summary>
    public async Task<string> TokenAsync(string client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Name}/token");
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:secret")));
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["resource"] = Audience,
        });
        using var answer = await _client.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("access_token").GetString()!;
    }

    /// <summary>The keys that it publishes.</summary>
    public async Task<JsonNode> KeysAsync() =>
        JsonNode.Parse(await _client.GetStringAsync(new Uri($"{Name}/jwks"), Cancel))!;

    /// <summary>Has it sign with another key, and forget the one before the last.</summary>
    public Task RotateAsync() => TellAsync("rotate");

    /// <summary>Has it know a page in a browser, whose users sign in here.</summary>
    public Task KnowAsync(Uri page) => TellAsync($"page {page}");

    /// <summary>Ends it.</summary>
    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await StopAsync();
        _process.Dispose();
        _client.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), Cancel);
        await _process.StandardInput.FlushAsync(Cancel);
        await LineAsync("rotated");
    }

    private async Task<string> LineAsync(string start)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        soon.CancelAfter(Patience);
        var line = await _process.StandardOutput.ReadLineAsync(soon.Token);
        return line is not null && line.StartsWith(start, StringComparison.Ordinal)
            ? line[start.Length..]
            : throw new InvalidDataException($"The issuer said «{line}» instead of «{start}».");
    }

    private static HttpClient ClientFor(X509Certificate2 certificate)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { X509CertificateLoader.LoadCertificate(certificate.RawData) },
        };
        return new HttpClient(handler);
    }
}
