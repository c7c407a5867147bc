using System.Net;
using System.Security.Cryptography.X509Certificates;
using Stele.Server.Network;
using Stele.Server.Tests.Support;
using Stele.Server.Tests.Tokens;
using Stele.Tests.Issuer;

namespace Stele.Server.Tests.Network;

/// <summary>Writes that reach a backup, and headers that only nodes may send.</summary>
public sealed class ForwardingTests(NetworkFixture network) : IClassFixture<NetworkFixture>
{
    private const string Newest = "api-version=2026-07-31-preview";

    [Fact]
    public async Task A_write_through_a_backup_is_answered_by_the_primary_and_read_at_once_through_the_backup()
    {
        for (var i = 0; i < 10; i++)
        {
            var id = await network.AtBackup.AppendAsync($"entry {i}", "forwarded");
            var read = await network.AtBackup.GetAsync($"/app/transactions/current?{Newest}&collectionId=forwarded");
            Assert.Equal($"entry {i}", read.AssertOk().Json.GetProperty("contents").GetString());
            Assert.True(read.Id >= id);
        }
    }

    [Fact]
    public async Task What_one_node_has_answered_the_other_knows_of()
    {
        for (var i = 0; i < 10; i++)
        {
            var id = await network.AtPrimary.AppendAsync($"entry {i}");
            (await network.AtBackup.GetAsync($"/app/transactions/{id}/status?{Newest}")).AssertOk();
            var entry = await network.AtBackup.GetAsync($"/app/transactions/{id}?{Newest}");
            Assert.Equal("Ready", entry.AssertOk().Json.GetProperty("state").GetString());
        }
    }

    [Fact]
    public async Task Functions_and_endpoints_write_through_a_backup()
    {
        const string endpoints = """
            {"metadata":{"endpoints":{"/count":{"get":{"js_module":"m.js","js_function":"count","authn_policies":["no_auth"],
             "forwarding_required":"always","mode":"readwrite"}}}},"modules":[{"name":"m.js","module":"CODE"}]}
            """;
        const string code =
            "const t = ccf.kv['private:counts'], k = ccf.strToBuf('k'); "
            + "const add = () => { const n = t.has(k) ? t.get(k).byteLength + 1 : 1; t.set(k, new ArrayBuffer(n)); return n; }; "
            + "export const main = add; export const count = () => ({ headers: { 'x-count': add() } });";
        var function = $"/app/userDefinedFunctions/count?{Newest}";
        var made = await network.AtBackup.SendAsync("PUT", function, $$"""{"code":"{{code}}"}""");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var run = await network.AtBackup.SendAsync("POST", $"/app/userDefinedFunctions/count:execute?{Newest}", "{}");
        Assert.Equal("1", run.AssertOk().Json.GetProperty("result").GetProperty("returnValue").GetString());
        var set = await network.AtBackup.SendAsync(
            "PUT", $"/app/userDefinedEndpoints?{Newest}", endpoints.Replace("CODE", code, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Created, set.Status);
        var nobody = network.CallerAt(network.Backup, certificate: null);
        for (var count = 2; count < 5; count++)
            Assert.Equal($"{count}", (await nobody.GetAsync("/app/count")).Headers.GetValues("x-count").Single());
    }

    [Fact]
    public async Task What_a_page_of_another_site_sends_is_not_passed_on()
    {
        foreach (var site in (string[])["cross-site", "same-origin"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/app/transactions?{Newest}");
            request.Content = new StringContent("""{"contents":"x"}""", System.Text.Encoding.UTF8, "application/json");
            request.Headers.Add("Sec-Fetch-Site", site);
            var reply = await network.AtBackup.SendAsync(request);
            if (site == "same-origin") reply.AssertOk();
            else reply.AssertError(HttpStatusCode.Forbidden, "NotAllowed", "another site");
        }
    }

    [Fact]
    public async Task A_receipt_comes_back_through_the_backup()
    {
        var reply = await network.AtBackup.SendAsync(
            "POST", $"/app/transactions?{Newest}&waitForCommit=true&collectionId=%61%2Fb", """{"contents":"x"}""");
        Assert.Equal("Committed", reply.AssertOk().Json.GetProperty("state").GetString());
        Assert.Equal("a/b", reply.Json.GetProperty("collectionId").GetString());
        Assert.True(reply.Json.TryGetProperty("receipt", out _));
        Assert.Equal("of-a-test", reply.Headers.GetValues("x-ms-client-request-id").Single());
    }

    [Fact]
    public async Task The_primary_says_what_the_caller_may_do()
    {
        using var certificate = Certificates.New("reader");
        var reader = network.CallerAt(network.Backup, certificate);
        (await reader.SendAsync("POST", $"/app/transactions?{Newest}", """{"contents":"x"}"""))
            .AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo", "no user");
        var path = $"/app/users/{reader.Id}?{Newest}";
        (await network.AtBackup.SendAsync("PATCH", path, """{"assignedRole":"Reader"}""")).AssertOk();
        (await reader.SendAsync("POST", $"/app/transactions?{Newest}", """{"contents":"x"}"""))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", reader.Id.Value);
        Assert.Equal(HttpStatusCode.NoContent, (await network.AtBackup.SendAsync("DELETE", path)).Status);
        (await network.CallerAt(network.Backup, null).SendAsync("POST", $"/app/transactions?{Newest}", "{}"))
            .AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo");
    }

    [Fact]
    public async Task A_token_goes_to_the_primary_and_a_backup_knows_new_keys_by_it()
    {
        await using var issuer = await RealIssuer.StartAsync();
        var nobody = network.CallerAt(network.Backup, null);
        using var member = Governor.First(nobody, network.DataOf(0));
        await member.DecideAsync("set_ca_cert_bundle", new { name = "issuer", cert_bundle = issuer.Authority });
        await member.DecideAsync("set_jwt_issuer", new { issuer = issuer.Name, auto_refresh = true, ca_cert_bundle_name = "issuer" });
        await member.DecideAsync("set_user_roles", new { user_id = "alice-object-id", roles = new[] { "Contributor" } });

        // A write is the primary's; it asks for the key. What is read here is let in by what the tables here say.
        var first = await issuer.TokenAsync("alice");
        await TokenWait.UntilTakenAsync(first, token => nobody.SendAsync(
            "POST", $"/app/transactions?{Newest}", """{"contents":"by token"}""", authorization: $"Bearer {token}"));
        await issuer.RotateAsync();
        await TokenWait.UntilTakenAsync(await issuer.TokenAsync("alice"), token => nobody.SendAsync(
            "GET", $"/app/transactions/current?{Newest}", authorization: $"Bearer {token}"));

        (await nobody.SendAsync("POST", $"/app/transactions?{Newest}", "{}", authorization: "Bearer a.b.c")).AssertBadToken("three parts");
        var users = $"/app/users/x?{Newest}";
        (await nobody.SendAsync("DELETE", users, authorization: $"Bearer {first}"))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", "user alice-object-id");
    }

    [Fact]
    public async Task A_signed_request_goes_to_the_primary_also_without_a_certificate()
    {
        using var member = Governor.First(network.CallerAt(network.Backup, null), network.DataOf(0));
        var text = Governor.Action("set_user_roles", new { user_id = "forwarded", roles = new[] { "Reader" } });
        var proposal = (await member.ProposeAsync(text)).AssertOk().Json.GetProperty("proposalId").GetString()!;
        var voted = (await member.VoteAsync(proposal, inFavour: true)).AssertOk();
        Assert.Equal("Accepted", voted.Json.GetProperty("proposalState").GetString());
        (await network.AtBackup.GetAsync($"/app/users/forwarded?{Newest}")).AssertOk();
    }

    [Fact]
    public async Task A_users_claim_to_pass_on_a_request_is_refused_at_both_nodes()
    {
        using var user = Certificates.New("user");
        foreach (var host in new[] { network.First, network.Second })
        {
            foreach (var certificate in new[] { user, network.AdministratorCertificate })
            {
                var reply = await SendAsync(host, certificate, network.AdministratorCertificate);
                Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
                Assert.Equal("InvalidInput", reply.ErrorCode);
            }
        }
    }

    [Fact]
    public async Task A_nodes_request_is_its_clients_and_the_next_on_that_connection_its_own_again()
    {
        using var node = network.NodeCertificate(ReferenceEquals(network.Backup, network.First) ? 0 : 1);
        using var client = new HttpClient(Handler(node)) { BaseAddress = network.Primary.LedgerUri };
        foreach (var expected in new[] { HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.OK })
        {
            using var request = Append(expected == HttpStatusCode.OK ? network.AdministratorCertificate : null);
            using var answer = await client.SendAsync(request, NetworkFixture.Cancel);
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task What_was_passed_on_already_is_not_passed_on_again()
    {
        using var node = network.NodeCertificate(ReferenceEquals(network.Backup, network.First) ? 1 : 0);
        var reply = await SendAsync(network.Backup, node, network.AdministratorCertificate);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.Status);
        Assert.Equal("LedgerUnavailable", reply.ErrorCode);
        Assert.Equal(TimeSpan.FromSeconds(1), reply.Headers.RetryAfter?.Delta);
    }

    private async Task<Reply> SendAsync(Server.Hosting.LedgerHost host, X509Certificate2 shown, X509Certificate2 claimed)
    {
        using var client = new HttpClient(Handler(shown)) { BaseAddress = host.LedgerUri };
        using var request = Append(claimed);
        using var answer = await client.SendAsync(request, NetworkFixture.Cancel);
        return new Reply(answer.StatusCode, answer.Headers, null, await answer.Content.ReadAsStringAsync(NetworkFixture.Cancel));
    }

    private static HttpRequestMessage Append(X509Certificate2? claimed)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/app/transactions?{Newest}")
        {
            Content = new StringContent("""{"contents":"x"}""", System.Text.Encoding.UTF8, "application/json"),
        };
        if (claimed is not null) request.Headers.Add(ForwardedCaller.Header, Convert.ToBase64String(claimed.RawData));
        return request;
    }

    private SocketsHttpHandler Handler(X509Certificate2 certificate) => new()
    {
        SslOptions =
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { network.Service },
            },
            ClientCertificates = [certificate],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
        },
    };
}
