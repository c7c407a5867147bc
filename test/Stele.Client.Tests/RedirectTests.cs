using Azure;
using Microsoft.AspNetCore.Http;
using Stele.Client.Tests.Support;

namespace Stele.Client.Tests;

/// <summary>Redirects are followed within the ledger, and requests and tokens go nowhere else.</summary>
public sealed class RedirectTests
{
    private const string Entry = """{"collectionId":"subledger:0","contents":"there","transactionId":"2.5"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_node_of_the_ledger_gets_the_request_and_the_token()
    {
        using var authority = HttpsServer.Authority();
        await using var node = await HttpsServer.StartAsync(authority, http => http.Response.WriteAsync(Entry, Cancel));
        await using var first = await HttpsServer.StartAsync(authority, http => Redirect(http, node.Address));
        var client = new LedgerClient(first.Address, new FakeCredential(), new LedgerClientOptions { ServiceCertificate = authority });
        Assert.Equal("there", (await client.GetCurrentEntryAsync(cancellationToken: Cancel)).Value.Contents);
        Assert.Equal("there", client.GetCurrentEntry(cancellationToken: Cancel).Value.Contents);
        Assert.Equal(["Bearer a-token", "Bearer a-token"], node.Authorizations);
    }

    [Fact]
    public async Task A_stranger_gets_nothing()
    {
        using var authority = HttpsServer.Authority();
        using var other = HttpsServer.Authority();
        await using var stranger = await HttpsServer.StartAsync(other, http => http.Response.WriteAsync(Entry, Cancel));
        await using var first = await HttpsServer.StartAsync(authority, http => Redirect(http, stranger.Address));
        var client = new LedgerClient(first.Address, new FakeCredential(), new LedgerClientOptions { ServiceCertificate = authority });
        await Assert.ThrowsAsync<RequestFailedException>(() => client.GetCurrentEntryAsync(cancellationToken: Cancel));
        Assert.Empty(stranger.Authorizations);
    }

    [Fact]
    public async Task A_stranger_gets_no_request_of_whoever_comes_with_a_certificate()
    {
        using var authority = HttpsServer.Authority();
        using var other = HttpsServer.Authority();
        using var caller = Certificates.New("caller");
        var stranger = await HttpsServer.StartAsync(other, http => http.Response.WriteAsync(Entry, Cancel));
        await using var node = await HttpsServer.StartAsync(authority, http => http.Response.WriteAsync(Entry, Cancel));
        foreach (var target in new[] { stranger, node })
        {
            await using var first = await HttpsServer.StartAsync(authority, http => Redirect(http, target.Address));
            var client = new LedgerClient(first.Address, caller, new LedgerClientOptions { ServiceCertificate = authority });
            if (target == node) Assert.Equal("there", client.GetCurrentEntry(cancellationToken: Cancel).Value.Contents);
            else await Assert.ThrowsAsync<RequestFailedException>(() => client.GetCurrentEntryAsync(cancellationToken: Cancel));
            Assert.Equal([caller.Thumbprint], first.Certificates);
        }
        Assert.Equal([caller.Thumbprint], node.Certificates);
        // It ends when its connections have: what it is to see it has seen by then. Of the certificate it may have seen that much:
        // .NET on Linux judges the other side only when the handshake is over, in which the certificate is shown.
        await stranger.DisposeAsync();
        Assert.Empty(stranger.Authorizations);
        Assert.All(stranger.Certificates, shown => Assert.Equal(caller.Thumbprint, shown));
    }

    [Fact]
    public async Task A_fresh_token_that_a_node_asks_for_after_a_redirect_is_the_one_it_gets()
    {
        const string Challenge = "Bearer error=\"insufficient_claims\", claims=\"eyJhIjoxfQ==\"";
        using var authority = HttpsServer.Authority();
        await using var node = await HttpsServer.StartAsync(authority, http =>
        {
            if (http.Request.Path == "/moved" && http.Request.Headers.Authorization != "Bearer a-token")
                return http.Response.WriteAsync(Entry, Cancel);
            (http.Response.StatusCode, http.Response.Headers.Location, http.Response.Headers.WWWAuthenticate) =
                http.Request.Path == "/moved" ? (401, default(string), Challenge) : (307, "/moved", null);
            return Task.CompletedTask;
        });
        var client = new LedgerClient(node.Address, new FakeCredential(), new LedgerClientOptions { ServiceCertificate = authority });
        Assert.Equal("there", (await client.GetCurrentEntryAsync(cancellationToken: Cancel)).Value.Contents);
        Assert.Equal(["Bearer a-token", "Bearer a-token", "Bearer a-token-with-claims"], node.Authorizations);
    }

    [Theory]
    [InlineData("https://stranger.example/app/transactions/current")]
    [InlineData("https://ledger.example:8443/app/transactions/current")]
    [InlineData("http://ledger.example/app/transactions/current")]
    public async Task Where_no_certificate_is_pinned_the_ledgers_own_address_is_the_only_one(string location)
    {
        var (client, ledger) = FakeLedger.With(
            FakeTransport.Answer(307, "", ("Location", location)), FakeTransport.Answer(200, Entry));
        var refused = await Assert.ThrowsAsync<RequestFailedException>(
            () => client.GetCurrentEntryAsync(cancellationToken: Cancel));
        Assert.Equal(307, refused.Status);
        Assert.Single(ledger.Asked);
    }

    [Theory]
    [InlineData(307, true)]
    [InlineData(308, true)]
    [InlineData(302, false)]
    [InlineData(303, false)]
    public async Task A_write_is_only_sent_on_where_it_stays_one(int status, bool follows)
    {
        var (client, ledger) = FakeLedger.With(
            FakeTransport.Answer(status, "", ("Location", "/app/transactions?api-version=2022-05-13&moved=1")),
            FakeTransport.Answer(200, """{"collectionId":"subledger:0"}""", ("x-ms-ccf-transaction-id", "2.7")));
        var append = client.PostEntryAsync(WaitUntil.Started, "text", cancellationToken: Cancel);
        if (follows) Assert.Equal("2.7", (await append).Id);
        else Assert.Equal(status, (await Assert.ThrowsAsync<RequestFailedException>(() => append)).Status);
        Assert.All(ledger.Asked, request => Assert.Equal("POST", request.Method));
        Assert.Equal(follows ? 2 : 1, ledger.Asked.Count);
    }

    [Fact]
    public async Task Redirects_without_end_come_to_an_end()
    {
        var (client, ledger) = FakeLedger.With(FakeTransport.Answer(307, "", ("Location", "/app/transactions/current")));
        await Assert.ThrowsAsync<RequestFailedException>(() => client.GetCurrentEntryAsync(cancellationToken: Cancel));
        Assert.Equal(6, ledger.Asked.Count);
    }

    private static Task Redirect(HttpContext http, Uri to)
    {
        http.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        http.Response.Headers.Location = new Uri(to, http.Request.Path + http.Request.QueryString).ToString();
        return Task.CompletedTask;
    }
}
