using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Governance.Members;
using Stele.Governance.Requests;

namespace Stele.Cli.Tests;

/// <summary>member share: against a service that seals a share as CCF does, and takes what comes back.</summary>
public sealed class ShareCommandTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;
    private readonly byte[] _share = RandomNumberGenerator.GetBytes(44);
    private readonly TaskCompletionSource<SignedRequest> _submitted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _service;

    public async ValueTask InitializeAsync()
    {
        (await SteleTool.RunAsync("member", "keygen", "alice", "--dir", _directory)).Ok();
        using var key = SigningKey.Generate();
        var now = TimeProvider.System.GetUtcNow();
        using var authority = CertificateAuthority.Create(key, "service", now, TimeSpan.FromDays(1));
        await File.WriteAllTextAsync(In("service_cert.pem"), authority.ExportCertificatePem());
        var endorsed = key.Join(CertificateAuthority.Endorse(authority, key, key, "node", ["127.0.0.1"], now, TimeSpan.FromDays(1)));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, at => at.UseHttps(endorsed)));
        _service = builder.Build();
        _service.Run(AnswerAsync);
        await _service.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null) await _service.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_share_is_fetched_opened_and_handed_in()
    {
        var got = (await RunAsync("get")).Ok().Output.Trim();
        Assert.Equal(Convert.ToBase64String(_share), got);
        Assert.Equal("1 of 1 shares", (await RunAsync("submit")).Ok().Output.Trim());
        var request = await _submitted.Task;
        Assert.Equal(RequestType.RecoveryShare, request.Header.Type);
        using var alice = Alice();
        Assert.True(request.IsSignedBy(alice));
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal(_share, body.RootElement.GetProperty("share").GetBytesFromBase64());
    }

    [Fact]
    public async Task A_share_is_opened_by_no_other_key()
    {
        (await SteleTool.RunAsync("member", "keygen", "bob", "--dir", _directory)).Ok();
        var run = await RunAsync("get", "--encryption-key", In("bob_enc_privk.pem"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("not sealed to the key", run.Errors, StringComparison.Ordinal);
    }

    private Task<Finished> RunAsync(string command, params string[] more) => SteleTool.RunAsync(
    [
        "member", "share", command, "--url", _service!.Urls.Single(), "--service-cert", In("service_cert.pem"), "--data", _directory,
        "--member-cert", In("alice_cert.pem"), .. more,
    ]);

    private async Task AnswerAsync(HttpContext http)
    {
        using var alice = Alice();
        var id = Member.IdOf(alice);
        if (HttpMethods.IsGet(http.Request.Method) && http.Request.Path == $"/gov/recovery/encrypted-shares/{id}")
        {
            using var key = RSA.Create();
            key.ImportFromPem(await File.ReadAllTextAsync(In("alice_enc_pubk.pem")));
            await http.Response.WriteAsJsonAsync(new
            {
                memberId = id,
                encryptedShare = key.Encrypt(_share, RSAEncryptionPadding.OaepSHA256),
            });
        }
        else if (HttpMethods.IsPost(http.Request.Method) && http.Request.Path == $"/gov/recovery/members/{id}:recover"
            && http.Request.ContentType == "application/cose")
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            _submitted.SetResult(SignedRequest.Read(body.ToArray()));
            await http.Response.WriteAsJsonAsync(new { message = "1 of 1 shares" });
        }
        else http.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private X509Certificate2 Alice() => X509CertificateLoader.LoadCertificateFromFile(In("alice_cert.pem"));

    private string In(string file) => Path.Combine(_directory, file);
}
