using System.Security.Cryptography.X509Certificates;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Stele.Attestation;
using Stele.Client.Connecting;
using Stele.Client.Tests.Support;

namespace Stele.Client.Tests;

/// <summary>Trust: whom a client believes to be the ledger, and how it comes to that.</summary>
public sealed class ConnectTests(Scene scene)
{
    private static readonly EvidencePolicy AnyVirtual = EvidencePolicy.Default with { AllowVirtual = true };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private LedgerClientOptions Options => new() { IdentityAuthority = scene.IdentityAuthority, Retry = { MaxRetries = 0 } };

    [Fact]
    public async Task The_identity_service_tells_the_certificate_and_where_the_ledger_is()
    {
        var identities = new LedgerIdentityClient(scene.IdentityService, Options);
        var identity = (await identities.GetLedgerIdentityAsync(Scene.LedgerId, Cancel)).Value;
        Assert.Equal(scene.ServiceCertificate.RawData, identity.ServiceCertificate.RawData);
        Assert.Equal((Scene.LedgerId, scene.Ledger), (identity.LedgerId, identity.Endpoint));
        Assert.Equal(404, Assert.Throws<RequestFailedException>(() => identities.GetLedgerIdentity("other", Cancel)).Status);
    }

    [Fact]
    public async Task One_call_connects_to_an_attested_node()
    {
        var client = await LedgerClient.ConnectAsync(
            scene.IdentityService, Scene.LedgerId, scene.Administrator, AnyVirtual, Options, Cancel);
        Assert.Equal(scene.Ledger, client.Endpoint);
        var id = (await client.PostEntryAsync(WaitUntil.Completed, "attested", cancellationToken: Cancel)).Value;
        Assert.Equal("attested", (await client.GetVerifiedEntryAsync(id, cancellationToken: Cancel)).Value.Contents);
        client = LedgerClient.Connect(scene.IdentityService, Scene.LedgerId, scene.Administrator, AnyVirtual, Options, Cancel);
        Assert.Equal("attested", client.GetVerifiedEntry(id, cancellationToken: Cancel).Value.Contents);
    }

    [Fact]
    public async Task Without_a_policy_the_identity_service_is_trusted_alone()
    {
        var client = await LedgerClient.ConnectAsync(
            scene.IdentityService, Scene.LedgerId, scene.Administrator, policy: null, Options, Cancel);
        Assert.NotNull(await client.GetCollectionsAsync(Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_node_that_proves_nothing_is_refused()
    {
        var refused = await Assert.ThrowsAsync<NodeNotAttestedException>(() => LedgerClient.ConnectAsync(
            scene.IdentityService, Scene.LedgerId, scene.Administrator, EvidencePolicy.Default, Options, Cancel));
        Assert.Equal(scene.Ledger, refused.Node);
        Assert.Contains(refused.Verdict.Failed, check => check.Name == "not-virtual");
        var measured = AnyVirtual with { Measurements = [new byte[48]] };
        Assert.Throws<NodeNotAttestedException>(() => LedgerClient.Connect(
            scene.IdentityService, Scene.LedgerId, scene.Administrator, measured, Options, Cancel));
    }

    [Fact]
    public async Task A_node_of_another_service_is_refused_whatever_it_runs()
    {
        using var authority = HttpsServer.Authority();
        await using var identity = await HttpsServer.StartAsync(
            authority,
            async http => await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                http.Response,
                $$"""{"ledgerTlsCertificate":"{{authority.ExportCertificatePem().ReplaceLineEndings("\\n")}}","ledgerId":"my-ledger"}""",
                Cancel));
        var options = new LedgerClientOptions { IdentityAuthority = authority, LedgerEndpoint = scene.Ledger };
        var refused = await Assert.ThrowsAsync<NodeNotAttestedException>(() => LedgerClient.ConnectAsync(
            identity.Address, Scene.LedgerId, scene.Administrator, AnyVirtual, options, Cancel));
        Assert.Contains(refused.Verdict.Failed, check => check.Name == "service-certificate");

        options.ServiceCertificate = scene.ServiceCertificate;
        await Assert.ThrowsAsync<InvalidOperationException>(() => LedgerClient.ConnectAsync(
            identity.Address, Scene.LedgerId, scene.Administrator, AnyVirtual, options, Cancel));
        Assert.Throws<InvalidOperationException>(() => LedgerClient.Connect(
            identity.Address, Scene.LedgerId, scene.Administrator, AnyVirtual, options, Cancel));

        (options.ServiceCertificate, options.LedgerEndpoint) = (null, null);
        await Assert.ThrowsAsync<InvalidOperationException>(() => LedgerClient.ConnectAsync(
            identity.Address, Scene.LedgerId, scene.Administrator, policy: null, options, Cancel));
    }

    [Fact]
    public void A_transport_of_ones_own_cannot_be_attested()
    {
        var options = new LedgerClientOptions
        {
            Transport = new FakeTransport(FakeTransport.Answer(
                200, $$"""{"ledgerTlsCertificate":"{{Pem(scene.ServiceCertificate)}}","ledgerId":"my-ledger"}""")),
            LedgerEndpoint = scene.Ledger,
        };
        Assert.Throws<InvalidOperationException>(() => LedgerClient.Connect(
            scene.IdentityService, Scene.LedgerId, new FakeCredential(), AnyVirtual, options, Cancel));
    }

    [Fact]
    public async Task A_certificate_that_nothing_would_show_is_refused_before_anything_is_asked()
    {
        var transport = new FakeTransport();
        var options = new LedgerClientOptions { Transport = transport };
        Assert.Throws<ArgumentException>(() => new LedgerClient(FakeLedger.Address, scene.Administrator, options));
        Assert.Throws<ArgumentException>(() => new LedgerAdministrationClient(FakeLedger.Address, scene.Administrator, options));
        Assert.Throws<ArgumentException>(() => new LedgerGovernanceClient(FakeLedger.Address, scene.Administrator, options));
        var (at, name) = (scene.IdentityService, Scene.LedgerId);
        Assert.Throws<ArgumentException>(() => LedgerClient.Connect(at, name, scene.Administrator, policy: null, options, Cancel));
        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => LedgerClient.ConnectAsync(at, name, scene.Administrator, policy: null, options, Cancel));
        Assert.Contains("TokenCredential", refused.Message, StringComparison.Ordinal);
        Assert.Empty(transport.Asked);
    }

    [Fact]
    public void A_transport_that_is_set_is_ones_own_even_if_it_was_there()
    {
        Assert.False(new LedgerClientOptions().HasOwnTransport);
        Assert.True(new LedgerClientOptions { Transport = HttpClientTransport.Shared }.HasOwnTransport);
        ClientOptions options = new LedgerClientOptions();
        options.Transport = new FakeTransport();
        Assert.True(((LedgerClientOptions)options).HasOwnTransport);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_whose_session_breaks_is_asked_for_its_evidence_again_if_it_is_the_same(bool isSame)
    {
        using var authority = HttpsServer.Authority();
        var asked = 0;
        await using var node = await HttpsServer.StartAsync(authority, http =>
        {
            if (Interlocked.Increment(ref asked) == 1) http.Abort();
            else http.Response.StatusCode = 404;
            return Task.CompletedTask;
        }, isOne: isSame);
        var options = new LedgerClientOptions { Retry = { MaxRetries = 1, Delay = TimeSpan.Zero } };
        var refused = await Record.ExceptionAsync(
            () => NodeAttestation.DemandAsync(node.Address, authority, AnyVirtual, options, Cancel));
        Assert.Equal(isSame ? 2 : 1, asked);
        if (isSame) Assert.Equal(404, Assert.IsType<RequestFailedException>(refused).Status);
        else Assert.IsType<AggregateException>(refused);
    }

    [Fact]
    public void Azures_ledgers_are_where_their_names_say()
    {
        var transport = new FakeTransport(FakeTransport.Answer(
            200, $$"""{"ledgerTlsCertificate":"{{Pem(scene.ServiceCertificate)}}","ledgerId":"contoso"}"""));
        var client = LedgerClient.Connect(
            new Uri("https://identity.confidential-ledger.core.azure.com"), "contoso", new FakeCredential(), policy: null,
            new LedgerClientOptions { Transport = transport }, Cancel);
        Assert.Equal(new Uri("https://contoso.confidential-ledger.azure.com"), client.Endpoint);
        Assert.Null(transport.Asked[0].Authorization);
    }

    [Fact]
    public async Task A_ledger_with_another_certificate_is_not_spoken_to()
    {
        using var other = HttpsServer.Authority();
        foreach (var trusted in new[] { other, null })
        {
            var options = new LedgerClientOptions { ServiceCertificate = trusted, Retry = { MaxRetries = 0 } };
            var client = new LedgerClient(scene.Ledger, scene.Administrator, options);
            var refused = await Assert.ThrowsAsync<RequestFailedException>(
                () => client.GetCurrentEntryAsync(cancellationToken: Cancel));
            Assert.Equal(0, refused.Status);
        }
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_enough()
    {
        using var authority = HttpsServer.Authority();
        await using var node = await HttpsServer.StartAsync(authority, http => Task.CompletedTask);
        var elsewhere = new UriBuilder(node.Address) { Host = "localhost" }.Uri;
        var options = new LedgerClientOptions { ServiceCertificate = authority, Retry = { MaxRetries = 0 } };
        foreach (var address in new[] { node.Address, elsewhere })
            Assert.Throws<RequestFailedException>(
                () => new LedgerClient(address, new FakeCredential(), options).GetCurrentEntry(cancellationToken: Cancel));
        // By its own name it was asked, and gave no answer that an entry could be read of.
        Assert.Single(node.Authorizations);
    }

    [Theory]
    [InlineData("null", null)]
    [InlineData("\"https://there.example\"", "https://there.example/")]
    public void Where_a_ledger_is_need_not_be_told(string told, string? endpoint)
    {
        var identity = IdentityThatTells(told).GetLedgerIdentity("my-ledger", Cancel).Value;
        Assert.Equal(endpoint, identity.Endpoint?.ToString());
    }

    [Theory]
    [InlineData("\"http://there.example\"")]
    [InlineData("\"/there\"")]
    [InlineData("\"\"")]
    [InlineData("7")]
    public void An_address_that_is_none_is_no_answer(string told) =>
        Assert.Equal(200, Assert.Throws<RequestFailedException>(
            () => IdentityThatTells(told).GetLedgerIdentity("my-ledger", Cancel)).Status);

    [Fact]
    public void Tokens_are_asked_for_the_ledgers_audience()
    {
        var credential = new FakeCredential();
        var transport = new FakeTransport(FakeTransport.Answer(200, """{"collections":[]}"""));
        var options = new LedgerClientOptions { Transport = transport, Audience = "https://ledgers.example/" };
        Assert.Empty(new LedgerClient(FakeLedger.Address, credential, options).GetCollections(Cancel));
        Assert.Equal("https://ledgers.example/.default", Assert.Single(credential.Scopes));
        Assert.Equal("Bearer a-token", transport.Asked[0].Authorization);
    }

    [Fact]
    public void What_cannot_work_is_refused_where_it_is_said()
    {
        Assert.Throws<ArgumentException>(() => new LedgerClient(new Uri("http://ledger.example"), new FakeCredential()));
        Assert.Throws<ArgumentException>(() => new LedgerClient(FakeLedger.Address, scene.ServiceCertificate));
        Assert.Throws<ArgumentNullException>(() => new LedgerClient(FakeLedger.Address, new FakeCredential(), null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LedgerClientOptions((LedgerClientOptions.ServiceVersion)99));
        var (client, _) = FakeLedger.With(FakeTransport.Answer(200));
        Assert.Throws<InvalidOperationException>(() => client.GetVerifiedEntry(TransactionId.Of(2, 7), cancellationToken: Cancel));
    }

    private LedgerIdentityClient IdentityThatTells(string uri)
    {
        var answer = $$"""
            {"ledgerTlsCertificate":"{{Pem(scene.ServiceCertificate)}}","ledgerId":"my-ledger","ledgerUri":{{uri}}}
            """;
        return new(FakeLedger.Address, new LedgerClientOptions { Transport = new FakeTransport(FakeTransport.Answer(200, answer)) });
    }

    private static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem().ReplaceLineEndings("\\n");
}
