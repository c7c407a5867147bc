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
using Stele.Governance.Nodes;
using Stele.Governance.Requests;

namespace Stele.Cli.Tests;

/// <summary>member share: against a service that seals a share as CCF does, and takes what comes back.</summary>
public sealed class ShareCommandTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;
    private readonly byte[] _share = RandomNumberGenerator.GetBytes(44);
    private readonly TaskCompletionSource<SignedRequest> _submitted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _service;
    private string _nodeId = "";
    private X509Certificate2? _shown;
    private X509Certificate2? _other;
    private bool _swaps;

    public async ValueTask InitializeAsync()
    {
        (await SteleTool.RunAsync("member", "keygen", "alice", "--dir", _directory)).Ok();
        using var key = SigningKey.Generate();
        using var otherKey = SigningKey.Generate();
        var now = TimeProvider.System.GetUtcNow();
        using var authority = CertificateAuthority.Create(key, "service", now, TimeSpan.FromDays(1));
        await File.WriteAllTextAsync(In("service_cert.pem"), authority.ExportCertificatePem());
        _nodeId = key.KeyId;
        _shown = Endorsed(authority, key, key);
        _other = Endorsed(authority, key, otherKey);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, at => at.UseHttps(
            https => https.ServerCertificateSelector = (_, _) => _shown)));
        _service = builder.Build();
        _service.Run(AnswerAsync);
        await _service.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null) await _service.DisposeAsync();
        _shown?.Dispose();
        _other?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_share_is_fetched_opened_and_handed_in()
    {
        var got = (await RunAsync("get")).Ok().Output.Trim();
        Assert.Equal(Convert.ToBase64String(_share), got);
        var submitted = (await RunAsync("submit", "--policy", await PolicyAsync("""{"virtual":true}"""))).Ok();
        Assert.Equal("1 of 1 shares", submitted.Output.Trim());
        Assert.Contains("NOTHING of this node is attested", submitted.Errors, StringComparison.Ordinal);
        var request = await _submitted.Task;
        Assert.Equal(RequestType.RecoveryShare, request.Header.Type);
        using var alice = Alice();
        Assert.True(request.IsSignedBy(alice));
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal(_share, body.RootElement.GetProperty("share").GetBytesFromBase64());
    }

    [Fact]
    public async Task A_share_is_given_to_no_node_that_the_policy_does_not_accept()
    {
        var run = await RunAsync("submit", "--policy", await PolicyAsync("{}"));
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("FAILED not-virtual", run.Errors, StringComparison.Ordinal);
        var told = _nodeId;
        _nodeId = new string('0', 64);
        run = await RunAsync("submit", "--policy", await PolicyAsync("""{"virtual":true}"""));
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("session-key", run.Errors, StringComparison.Ordinal);
        _nodeId = told;
        run = await RunAsync("submit");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--policy", run.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("submit", "--unattested", "--policy", await PolicyAsync("{}"))).ExitCode);
        Assert.False(_submitted.Task.IsCompleted);

        (await RunAsync("submit", "--unattested")).Ok();
        Assert.True(_submitted.Task.IsCompleted);
    }

    // Whoever answers for the node that was attested, with a certificate of the same service, is another one.
    [Fact]
    public async Task What_is_meant_for_one_node_goes_to_no_other()
    {
        _swaps = true;
        var run = await RunAsync("submit", "--policy", await PolicyAsync("""{"virtual":true}"""));
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("another node", run.Errors, StringComparison.Ordinal);
        Assert.False(_submitted.Task.IsCompleted);
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

    private static X509Certificate2 Endorsed(X509Certificate2 authority, SigningKey service, SigningKey node) =>
        node.Join(CertificateAuthority.Endorse(
            authority, service, node, "node", ["127.0.0.1"], TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)));

    private async Task<string> PolicyAsync(string policy)
    {
        await File.WriteAllTextAsync(In("policy.json"), policy);
        return In("policy.json");
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var alice = Alice();
        var id = Member.IdOf(alice);
        if (http.Request.Path == "/node/quotes/self")
        {
            if (_swaps) _shown = _other;
            var evidence = NodeEvidence.Virtual(_nodeId);
            await http.Response.WriteAsJsonAsync(
                new { node_id = _nodeId, format = evidence.Format, raw = evidence.Raw.ToArray(), endorsements = "" });
        }
        else if (HttpMethods.IsGet(http.Request.Method) && http.Request.Path == $"/gov/recovery/encrypted-shares/{id}")
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
