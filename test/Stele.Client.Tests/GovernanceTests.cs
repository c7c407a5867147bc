using System.Security.Cryptography;
using System.Text;
using Azure;
using Stele.Client.Tests.Support;

namespace Stele.Client.Tests;

/// <summary>What governs a real ledger.</summary>
public sealed class GovernanceTests(Scene scene)
{
    private readonly LedgerGovernanceClient _governance = scene.Client.GetGovernanceClient();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_constitution_has_its_digest()
    {
        var constitution = (await _governance.GetConstitutionAsync(Cancel)).Value;
        Assert.Equal(constitution.Digest, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(constitution.Script))));
        Assert.Equal(constitution.Digest, _governance.GetConstitution(Cancel).Value.Digest);
    }

    [Fact]
    public async Task Members_are_told_by_both_interfaces()
    {
        var member = Assert.Single(await _governance.GetMembersAsync(Cancel).ToListAsync(Cancel));
        Assert.Contains("BEGIN CERTIFICATE", member.Certificate, StringComparison.Ordinal);
        Assert.Equal(member.Id, Assert.Single(_governance.GetServiceMembers(Cancel)).Id);
        Assert.Equal("Active", Assert.Single(await _governance.GetServiceMembersAsync(Cancel).ToListAsync(Cancel)).Status);
        Assert.Single(_governance.GetMembers(Cancel));
    }

    [Fact]
    public async Task Quotes_say_what_they_are()
    {
        var quotes = (await _governance.GetEnclaveQuotesAsync(Cancel)).Value;
        var own = quotes.Quotes[quotes.CurrentNodeId];
        Assert.Equal((quotes.CurrentNodeId, "Insecure_Virtual"), (own.NodeId, own.Version));
        Assert.False(own.Raw.IsEmpty);
        Assert.Equal(quotes.CurrentNodeId, _governance.GetEnclaveQuotes(Cancel).Value.CurrentNodeId);
    }

    [Fact]
    public async Task Proposals_are_listed_and_one_that_is_not_there_is_not_found()
    {
        Assert.All(await _governance.GetProposalsAsync(Cancel).ToListAsync(Cancel), proposal => Assert.NotEmpty(proposal.State));
        Assert.NotNull(_governance.GetProposals(Cancel).ToList());
        var unknown = new string('a', 64);
        Assert.Equal(404, Assert.Throws<RequestFailedException>(() => _governance.GetProposal(unknown, Cancel)).Status);
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => _governance.GetProposalActionsAsync(unknown, Cancel));
        Assert.Equal("ProposalNotFound", refused.ErrorCode);
    }

    [Fact]
    public void A_proposal_is_read_with_its_votes()
    {
        var (client, _) = FakeLedger.With(FakeTransport.Answer(200,
            """
            {"ballotCount":2,"finalVotes":{"aa":true,"bb":false},"proposalId":"cc","proposalState":"Accepted","proposerId":"aa"}
            """));
        var proposal = client.GetGovernanceClient().GetProposal("cc", Cancel).Value;
        Assert.Equal(("cc", "aa", "Accepted", 2), (proposal.Id, proposal.ProposerId, proposal.State, proposal.BallotCount));
        Assert.False(proposal.FinalVotes!["bb"]);
    }
}
