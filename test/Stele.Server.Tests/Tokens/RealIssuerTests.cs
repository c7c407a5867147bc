using System.Net;
using Stele.Governance;
using Stele.Governance.Audit;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Tokens;

/// <summary>Tokens of a real OpenID Connect issuer, whose keys the node fetches.</summary>
public sealed class RealIssuerTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    [Fact]
    public async Task Its_tokens_count_through_changes_of_its_keys_and_while_it_is_away()
    {
        await using var issuer = await RealIssuer.StartAsync();
        using var member = ledger.FirstMember();
        await member.DecideAsync("set_ca_cert_bundle", new { name = "issuer", cert_bundle = issuer.Authority });
        await member.DecideAsync("set_jwt_issuer", new { issuer = issuer.Name, auto_refresh = true, ca_cert_bundle_name = "issuer" });
        await member.DecideAsync("set_user_roles", new { user_id = "alice-object-id", roles = new[] { "Contributor" } });
        await member.DecideAsync("set_user_roles", new { user_id = "bob", roles = new[] { "Reader" } });

        var (alice, bob) = (await issuer.TokenAsync("alice"), await issuer.TokenAsync("bob"));
        await issuer.CountsSoonAsync(alice, AppendAsync);
        (await AppendAsync(alice)).AssertOk();
        (await AppendAsync(bob)).AssertError(HttpStatusCode.Forbidden, "NotAllowed", "user bob has role Reader");

        // The key before counts on while the issuer publishes it, and no longer.
        await issuer.RotateAsync();
        var second = await issuer.TokenAsync("alice");
        await issuer.CountsSoonAsync(second, AppendAsync);
        (await AppendAsync(alice)).AssertOk();
        await issuer.RotateAsync();
        var third = await issuer.TokenAsync("alice");
        await issuer.CountsSoonAsync(third, AppendAsync);
        (await AppendAsync(alice)).AssertBadToken("its key (kid) is not");
        Assert.Equal(2, (await member.GetAsync("service/jwk")).AssertOk().Json.GetProperty("keys").EnumerateObject().Count());

        await issuer.StopAsync();
        (await AppendAsync(second)).AssertOk();
        (await AppendAsync(third)).AssertOk();
        (await AppendAsync(alice)).AssertBadToken("its key (kid) is not");
        (await AppendAsync(third)).AssertOk();

        // An auditor finds that the service has written the keys, and that members have told it to.
        var replayed = GovernanceAuditor.Replay(
            ledger.PathOf("ledger"), ledger.Host.Ledger.Committed, TimeProvider.System, TestContext.Current.CancellationToken).ToList();
        Assert.Empty(replayed.OfType<GovernanceEvent.Unexplained>());
        Assert.Equal(3, replayed.OfType<GovernanceEvent.WrittenByService>().Count(one => one.Tables.Contains(GovernanceTables.JwtKeys)));
    }

    private Task<Reply> AppendAsync(string token) => ledger.WithoutCertificate.SendAsync(
        "POST", "/app/transactions?api-version=2022-05-13", """{"contents":"by token"}""", authorization: $"Bearer {token}");
}
