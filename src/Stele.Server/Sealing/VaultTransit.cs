using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Stele.Server.Home;

namespace Stele.Server.Sealing;

/// <summary>
/// HashiCorp Vault's transit engine: <c>POST /v1/MOUNT/encrypt/NAME</c> and <c>/decrypt/NAME</c>. What Vault says of an error is
/// not repeated, for it may repeat what it was sent; the status decides what the operator is told.
/// </summary>
internal sealed class VaultTransit : IDisposable
{
    private const int AnswerBytesMax = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly VaultKey _key;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <summary>A client of one key.</summary>
    /// <exception cref="LedgerHomeException">The authority's file cannot be used.</exception>
    public VaultTransit(VaultKey key, TimeProvider time)
    {
        (_key, _time) = (key, time);
        var tls = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 };
        if (key.AuthorityFile is { } file) tls.CertificateChainPolicy = Trusting(file);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a token goes where the operator said, and nowhere else
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = Patience,
            SslOptions = tls,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Has a key wrapped.</summary>
    /// <param name="plaintext">The key.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>What unwraps it again in Vault: <c>vault:v1:…</c>.</returns>
    /// <exception cref="LedgerHomeException">Vault does not.</exception>
    public Task<string> EncryptAsync(ReadOnlyMemory<byte> plaintext, CancellationToken cancel) => AskAsync(
        "encrypt", json => json.WriteBase64String("plaintext"u8, plaintext.Span), data =>
            data.GetProperty("ciphertext").GetString() is { Length: > 0 } text && text.All(char.IsAscii)
                ? text
                : throw new FormatException("It gives no ciphertext."),
        cancel);

    /// <summary>Has a key unwrapped.</summary>
    /// <param name="ciphertext">What Vault gave for it.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The key; the caller zeroes it.</returns>
    /// <exception cref="LedgerHomeException">Vault does not.</exception>
    public Task<byte[]> DecryptAsync(string ciphertext, CancellationToken cancel) => AskAsync(
        "decrypt", json => json.WriteString("ciphertext"u8, ciphertext),
        data => data.GetProperty("plaintext").GetBytesFromBase64(), cancel);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static X509ChainPolicy Trusting(string file)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new LedgerHomeException($"{file}, the authority for Vault, cannot be read: {fault.Message}");
        }
        return policy.CustomTrustStore.Count > 0 ? policy : throw new LedgerHomeException($"{file} holds no certificate in PEM.");
    }

    private async Task<T> AskAsync<T>(
        string verb, Action<Utf8JsonWriter> write, Func<JsonElement, T> read, CancellationToken cancel)
    {
        // Pinned, and zeroed: what is sent and answered holds the key.
        var buffer = GC.AllocateArray<byte>(AnswerBytesMax, pinned: true);
        using var soon = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(soon.Token, cancel);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_key.Address, $"/v1/{_key.Mount}/{verb}/{_key.Name}"));
            request.Headers.Add("X-Vault-Token", _key.ReadToken());
            request.Headers.Add("X-Vault-Request", "true");
            if (_key.Namespace is { } name) request.Headers.Add("X-Vault-Namespace", name);
            request.Content = new ByteArrayContent(buffer, 0, Write(buffer, write));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (answer.StatusCode != HttpStatusCode.OK) throw Refusal(answer.StatusCode, verb);
            await using var body = await answer.Content.ReadAsStreamAsync(either.Token);
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, either.Token);
            using var json = JsonDocument.Parse(buffer.AsMemory(0, length));
            return read(json.RootElement.GetProperty("data"));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Fault("does not answer.");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw Fault(fault.InnerException is AuthenticationException
                ? "shows no certificate that is trusted for it; give its authority with --seal-ca."
                : $"cannot be reached: {fault.Message}");
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Fault("answers as no transit engine does; is its address right?");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private static int Write(byte[] buffer, Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream(buffer);
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return (int)stream.Position;
    }

    private LedgerHomeException Refusal(HttpStatusCode status, string verb) => Fault((int)status switch
    {
        400 when verb == "decrypt" =>
            $"does not unwrap keys/data-key: its key «{_key.Name}» is another than the one that wrapped it, or its "
            + "min_decryption_version is above the version that did.",
        400 => $"does not wrap under its key «{_key.Name}»: is it of a type that encrypts, and is the namespace right?",
        403 => $"refuses the token: it must be valid, and its policy must allow update on {_key.Mount}/{verb}/{_key.Name}.",
        404 => $"has no key «{_key.Name}» at {_key.Mount}: vault secrets enable -path={_key.Mount} transit; "
            + $"vault write -f {_key.Mount}/keys/{_key.Name}",
        429 or 472 or 473 => "is a standby that does not pass requests on, or limits them; give the active one's address.",
        503 => "is sealed, or being maintained; unseal it (vault operator unseal).",
        var other => $"answers {other}.",
    });

    private LedgerHomeException Fault(string what) => new($"Vault at {_key.Address.Authority} {what}");
}
