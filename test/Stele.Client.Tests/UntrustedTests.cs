using Azure;
using Stele.Client.Tests.Support;

namespace Stele.Client.Tests;

/// <summary>A server that is not trusted is named, with the reason and what would be right.</summary>
public sealed class UntrustedTests(Scene scene)
{
    private const string ReasonChain = "PartialChain";
    private const string ReasonName = "is for another name";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task An_identity_service_without_an_authority() => RefusedAsync(
        scene.IdentityService, Identity(scene.IdentityService, new()),
        "none of this machine's own roots", ReasonChain, "Set LedgerClientOptions.IdentityAuthority", "identity_ca.pem");

    [Fact]
    public Task The_ledger_in_the_place_of_the_identity_service() => RefusedAsync(
        scene.Ledger, Identity(scene.Ledger, new() { IdentityAuthority = scene.IdentityAuthority }),
        ReasonChain, "LedgerClientOptions.IdentityAuthority is another's, or this is not the identity service's address");

    [Fact]
    public Task A_ledger_without_a_service_certificate() => RefusedAsync(
        scene.Ledger, Ledger(scene.Ledger, new()),
        ReasonChain, "Set LedgerClientOptions.ServiceCertificate", "LedgerClient.ConnectAsync");

    [Fact]
    public Task The_identity_service_in_the_place_of_the_ledger() => RefusedAsync(
        scene.IdentityService, Ledger(scene.IdentityService, new() { ServiceCertificate = scene.ServiceCertificate }),
        ReasonChain, "the service certificate that was given is another's, or this is not the ledger's address");

    [Fact]
    public async Task A_server_of_another_name_is_told_without_advice_that_would_not_help()
    {
        using var authority = HttpsServer.Authority();
        await using var server = await HttpsServer.StartAsync(authority, _ => Task.CompletedTask);
        // Its certificate has the address, not this name of it.
        var named = new UriBuilder(server.Address) { Host = "localhost" }.Uri;
        var told = await RefusedAsync(named, Ledger(named, new() { ServiceCertificate = authority }), ReasonName);
        Assert.DoesNotContain(nameof(LedgerClientOptions), told, StringComparison.Ordinal);
        told = await RefusedAsync(named, Ledger(named, new()), ReasonName);
        Assert.DoesNotContain(nameof(LedgerClientOptions), told, StringComparison.Ordinal);
    }

    private static (Action Sync, Func<Task> Async) Identity(Uri address, LedgerClientOptions options)
    {
        var client = new LedgerIdentityClient(address, options);
        return (() => client.GetLedgerIdentity(Scene.LedgerId, Cancel), () => client.GetLedgerIdentityAsync(Scene.LedgerId, Cancel));
    }

    private (Action Sync, Func<Task> Async) Ledger(Uri address, LedgerClientOptions options)
    {
        var client = new LedgerClient(address, scene.Administrator, options);
        return (() => client.GetCurrentEntry(cancellationToken: Cancel), () => client.GetCurrentEntryAsync(cancellationToken: Cancel));
    }

    private static async Task<string> RefusedAsync(Uri server, (Action Sync, Func<Task> Async) call, params string[] told)
    {
        var refused = await Assert.ThrowsAsync<RequestFailedException>(call.Async);
        Assert.Equal(refused.Message, Assert.Throws<RequestFailedException>(call.Sync).Message);
        Assert.Equal(0, refused.Status);
        Assert.StartsWith($"{server.Host}:{server.Port} is not trusted. ", refused.Message, StringComparison.Ordinal);
        Assert.All(told, words => Assert.Contains(words, refused.Message, StringComparison.Ordinal));
        return refused.Message;
    }
}
