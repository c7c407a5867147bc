using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Stele.Tests;

/// <summary>
/// HashiCorp Vault's transit engine, as far as one key goes: it listens by HTTPS, encrypts (AES-256-GCM), knows tokens and
/// versions of its key, and answers as Vault does where it is sealed or refuses.
/// </summary>
internal sealed class VaultImitation : IAsyncDisposable
{
    private readonly Dictionary<int, byte[]> _versions = new() { [1] = RandomNumberGenerator.GetBytes(32) };
    private readonly X509Certificate2 _certificate;
    private WebApplication _app = null!;

    private VaultImitation(X509Certificate2 certificate, string directory)
    {
        _certificate = certificate;
        Token = "hvs." + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        (TokenFile, AuthorityFile) = (Path.Combine(directory, "vault-token"), Path.Combine(directory, "vault-ca.pem"));
        File.WriteAllText(TokenFile, Token + "\n");
        File.SetUnixFileMode(TokenFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(AuthorityFile, certificate.ExportCertificatePem());
    }

    /// <summary>What it must be asked with.</summary>
    public string Token { get; }

    public string TokenFile { get; }

    /// <summary>What its clients must trust.</summary>
    public string AuthorityFile { get; }

    /// <summary>Its address.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>What <c>--seal</c> says of it.</summary>
    public string Way => $"vault:{Address.GetLeftPart(UriPartial.Authority)}/team/transit/keys/stele";

    /// <summary>Whether it is sealed, as after a start.</summary>
    public bool IsSealed { get; set; }

    /// <summary>The least version of its key that it decrypts with.</summary>
    public int LeastVersion { get; set; } = 1;

    /// <summary>The namespace that it was last asked in.</summary>
    public string? Namespace { get; private set; }

    /// <summary>How often it was asked.</summary>
    public int Calls { get; private set; }

    /// <summary>Answers with something else than a transit engine would; null for what it would.</summary>
    public string? Nonsense { get; set; }

    public static async Task<VaultImitation> StartAsync(string directory)
    {
        var vault = new VaultImitation(NewCertificate(), directory);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(vault._certificate)));
        vault._app = builder.Build();
        vault._app.Run(vault.AnswerAsync);
        await vault._app.StartAsync();
        var listening = vault._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        vault.Address = new UriBuilder("https", "127.0.0.1", new Uri(listening).Port).Uri;
        return vault;
    }

    /// <summary>Makes a new version of its key, which it encrypts with from now on.</summary>
    public void Rotate() => _versions[_versions.Count + 1] = RandomNumberGenerator.GetBytes(32);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        Calls++;
        Namespace = http.Request.Headers["X-Vault-Namespace"];
        var (status, data) = await OutcomeAsync(http.Request);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        // An error of a real one may well repeat what it was sent.
        await http.Response.WriteAsync(Nonsense ?? (status == 200
            ? JsonSerializer.Serialize(new { request_id = "1", data })
            : JsonSerializer.Serialize(new { errors = new[] { $"no: {http.Request.Headers["X-Vault-Token"]}" } })));
    }

    private async Task<(int Status, Dictionary<string, string>? Data)> OutcomeAsync(HttpRequest request)
    {
        if (IsSealed) return (503, null);
        if (request.Headers["X-Vault-Token"] != Token || request.Headers["X-Vault-Request"] != "true") return (403, null);
        using var body = await JsonDocument.ParseAsync(request.Body);
        return (request.Method, request.Path.Value) switch
        {
            ("POST", "/v1/team/transit/encrypt/stele") =>
                (200, new() { ["ciphertext"] = Encrypt(body.RootElement.GetProperty("plaintext").GetBytesFromBase64()) }),
            ("POST", "/v1/team/transit/decrypt/stele") => Decrypt(body.RootElement.GetProperty("ciphertext").GetString()!) is { } bytes
                ? (200, new() { ["plaintext"] = Convert.ToBase64String(bytes) })
                : (400, null),
            _ => (404, null),
        };
    }

    private string Encrypt(byte[] plaintext)
    {
        var blob = new byte[12 + plaintext.Length + 16];
        RandomNumberGenerator.Fill(blob.AsSpan(0, 12));
        using var cipher = new AesGcm(_versions[_versions.Count], 16);
        cipher.Encrypt(blob.AsSpan(0, 12), plaintext, blob.AsSpan(12, plaintext.Length), blob.AsSpan(12 + plaintext.Length));
        return $"vault:v{_versions.Count}:{Convert.ToBase64String(blob)}";
    }

    private byte[]? Decrypt(string ciphertext)
    {
        var parts = ciphertext.Split(':');
        if (parts is not ["vault", ['v', .. var number], var base64] || int.Parse(number) is var version && version < LeastVersion)
            return null;
        var blob = Convert.FromBase64String(base64);
        var plaintext = new byte[blob.Length - 28];
        try
        {
            using var cipher = new AesGcm(_versions[int.Parse(number)], 16);
            cipher.Decrypt(blob.AsSpan(0, 12), blob.AsSpan(12, plaintext.Length), blob.AsSpan(12 + plaintext.Length), plaintext);
            return plaintext;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Vault of a test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
