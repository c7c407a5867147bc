using System.Diagnostics;
using System.Net;
using Stele.Governance;
using Stele.Governance.Audit;
using Stele.Server.Tests.Support;
using Stele.Tests.Issuer;

namespace Stele.Server.Tests.Tokens;

/// <summary>Tokens of a real OpenID Connect issuer, whose keys the node fetches.</summary>
public sealed class RealIssuerTests : IAsyncLifetime
{
    private const string PythonClient = "/usr/lib/python3/dist-packages/azure/confidentialledger";
    private readonly LedgerFixture _ledger = new();

    public ValueTask InitializeAsync() => _ledger.InitializeAsync();

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public async Task Microsofts_client_is_let_in_by_a_token()
    {
        Requirement.Met(Directory.Exists(PythonClient), "Debian's package python3-azure is not installed.");
        await using var issuer = await RealIssuer.StartAsync();
        await TrustAsync(issuer);
        var token = await issuer.TokenAsync("alice");
        await TokenWait.UntilTakenAsync(token, AppendAsync);
        var script = Path.Combine(Repository.Root, "test", "Stele.Server.Tests", "Tokens", "azure_client.py");
        var address = _ledger.Host.LedgerUri.GetLeftPart(UriPartial.Authority);
        var run = await Finished.RunAsync(
            new ProcessStartInfo("/usr/bin/python3", ["-B", script, address, _ledger.PathOf("service_cert.pem"), token]));
        Assert.True(run.ExitCode == 0 && run.Lines is ["ok"], run.ToString());
    }

    [Fact]
    public async Task Its_tokens_count_through_changes_of_its_keys_and_while_it_is_away()
    {
        await using var issuer = await RealIssuer.StartAsync();
        await TrustAsync(issuer);

        var (alice, bob) = (await issuer.TokenAsync("alice"), await issuer.TokenAsync("bob"));
        await TokenWait.UntilTakenAsync(alice, AppendAsync);
        (await AppendAsync(alice)).AssertOk();
        (await AppendAsync(bob)).AssertError(HttpStatusCode.Forbidden, "NotAllowed", "user bob has role Reader");

        // The key before counts on while the issuer publishes it, and no longer.
        await issuer.RotateAsync();
        var second = await issuer.TokenAsync("alice");
        await TokenWait.UntilTakenAsync(second, AppendAsync);
        (await AppendAsync(alice)).AssertOk();
        await issuer.RotateAsync();
        var third = await issuer.TokenAsync("alice");
        await TokenWait.UntilTakenAsync(third, AppendAsync);
        (await AppendAsync(alice)).AssertBadToken("its key (kid) is not");
        var shown = (await _ledger.WithoutCertificate.GetAsync("/gov/service/jwk?api-version=2024-07-01")).AssertOk().Json;
        Assert.Equal(2, shown.GetProperty("keys").EnumerateObject().Count());

        await issuer.StopAsync();
        (await AppendAsync(second)).AssertOk();
        (await AppendAsync(third)).AssertOk();
        (await AppendAsync(alice)).AssertBadToken("its key (kid) is not");
        (await AppendAsync(third)).AssertOk();

        // An auditor finds that the service has written the keys, and that members have told it to.
        var replayed = GovernanceAuditor.Replay(
            _ledger.PathOf("ledger"), _ledger.Host.Ledger.Committed, TimeProvider.System, TestContext.Current.CancellationToken).ToList();
        Assert.Empty(replayed.OfType<GovernanceEvent.Unexplained>());
        Assert.Equal(3, replayed.OfType<GovernanceEvent.WrittenByService>().Count(one => one.Tables.Contains(GovernanceTables.JwtKeys)));
    }

    private async Task TrustAsync(RealIssuer issuer)
    {
        using var member = _ledger.FirstMember();
        await member.DecideAsync("set_ca_cert_bundle", new { name = "issuer", cert_bundle = issuer.Authority });
        await member.DecideAsync("set_jwt_issuer", new { issuer = issuer.Name, auto_refresh = true, ca_cert_bundle_name = "issuer" });
        await member.DecideAsync("set_user_roles", new { user_id = "alice-object-id", roles = new[] { "Contributor" } });
        await member.DecideAsync("set_user_roles", new { user_id = "bob", roles = new[] { "Reader" } });
    }

    private Task<Reply> AppendAsync(string token) => _ledger.WithoutCertificate.SendAsync(
        "POST", "/app/transactions?api-version=2022-05-13", """{"contents":"by token"}""", authorization: $"Bearer {token}");
}
