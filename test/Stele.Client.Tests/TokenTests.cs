using Azure;
using Stele.Client.Tests.Support;

namespace Stele.Client.Tests;

/// <summary>Bearer tokens on a real ledger, whose members decide which issuers count.</summary>
public sealed class TokenTests(Scene scene)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_lets_its_holder_append_and_verify()
    {
        using var mint = TokenMint.Rsa("https://issuer.example/clients");
        using var anybody = new Caller(scene.Ledger, scene.ServiceCertificate, certificate: null);
        using var member = scene.Member(anybody);
        await member.DecideAsync("set_jwt_issuer", new { issuer = mint.Issuer, jwks = new { keys = new[] { mint.Jwk() } } });
        await member.DecideAsync("set_user_roles", new { user_id = "alice", roles = new[] { "Contributor" } });

        var alice = new FakeCredential(mint.Token("alice"));
        var client = new LedgerClient(scene.Ledger, alice, scene.Options);
        var id = (await client.PostEntryAsync(WaitUntil.Completed, "by token", cancellationToken: Cancel)).Value;
        Assert.Equal("by token", client.GetVerifiedEntry(id, cancellationToken: Cancel).Value.Contents);
        Assert.Equal("https://confidential-ledger.azure.com/.default", alice.Scopes[0]);

        client = await LedgerClient.ConnectAsync(
            scene.IdentityService, Scene.LedgerId, alice, policy: null, scene.Options, Cancel);
        Assert.Equal("by token", (await client.GetVerifiedEntryAsync(id, cancellationToken: Cancel)).Value.Contents);
        client = LedgerClient.Connect(scene.IdentityService, Scene.LedgerId, alice, policy: null, scene.Options, Cancel);
        var denied = Assert.Throws<RequestFailedException>(
            () => client.GetAdministrationClient().CreateOrUpdateUser("bob", LedgerRole.Reader, Cancel));
        Assert.Equal((403, "NotAllowed"), (denied.Status, denied.ErrorCode));

        var governance = new LedgerGovernanceClient(scene.Ledger, alice, scene.Options);
        var proposals = await governance.GetProposalsAsync(Cancel).ToListAsync(Cancel);
        var decided = Assert.Single(proposals, one => Actions(governance, one).Contains("alice", StringComparison.Ordinal));
        Assert.Equal(("Accepted", member.Id, 1), (decided.State, decided.ProposerId, decided.BallotCount));
        Assert.True((await governance.GetProposalAsync(decided.Id, Cancel)).Value.FinalVotes![member.Id]);
    }

    private static string Actions(LedgerGovernanceClient governance, Proposal proposal) =>
        governance.GetProposalActions(proposal.Id, Cancel).Value.ToString();
}
