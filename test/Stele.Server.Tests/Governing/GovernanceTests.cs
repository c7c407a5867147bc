using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Stele.Governance.Requests;
using Stele.Server.Tests.Support;
using static Stele.Server.Tests.Support.Governor;

namespace Stele.Server.Tests.Governing;

/// <summary>A consortium governs a running ledger over HTTP: CCF's scenarios.</summary>
public sealed class GovernanceTests : IAsyncLifetime
{
    private static readonly string LetSomeoneRead = Action("set_user_roles", new { user_id = "someone", roles = new[] { "Reader" } });
    private readonly GovernedLedger _ledger = new();

    private Governor First => _ledger.Member;

    public ValueTask InitializeAsync() => _ledger.InitializeAsync();

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public async Task A_consortium_grows_decides_and_shrinks()
    {
        using var second = await AddMemberAsync("second");
        using var third = await AddMemberAsync("third", second);
        var members = (await First.GetAsync("service/members")).AssertOk().Json.GetProperty("value");
        Assert.All(members.EnumerateArray(), member => Assert.Equal("Active", member.GetProperty("status").GetString()));
        Assert.Equal(3, members.GetArrayLength());

        // A malicious proposal is voted down.
        var malicious = await ProposeAsync(third, Action("remove_member", new { member_id = First.Id }));
        await VoteAsync(third, malicious, true, "Open");
        await VoteAsync(First, malicious, false, "Open");
        await VoteAsync(second, malicious, false, "Rejected");
        (await second.VoteAsync(malicious, inFavour: false)).AssertOk();
        (await third.WithdrawAsync(malicious)).AssertError(HttpStatusCode.BadRequest, "ProposalNotOpen");

        // A member is removed in the middle of a vote: its ballot does not count any more, and it signs nothing any more.
        var vote = await ProposeAsync(third, LetSomeoneRead);
        await VoteAsync(third, vote, true, "Open");
        var removal = await ProposeAsync(First, Action("remove_member", new { member_id = third.Id }));
        await VoteAsync(First, removal, true, "Open");
        await VoteAsync(second, removal, true, "Accepted");
        await VoteAsync(First, vote, true, "Open");
        (await third.ProposeAsync(LetSomeoneRead)).AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo");
        await VoteAsync(second, vote, true, "Accepted");
        (await _ledger.Administrator.GetAsync("/app/users/someone?api-version=2022-05-13")).AssertOk();
        // ACL's view shows who is there, and nobody else.
        var view = (await _ledger.Reader.GetAsync("/app/governance/members?api-version=2022-05-13")).AssertOk().Json.GetProperty("members");
        Assert.Equal(
            new[] { First, second }.Select(member => (member.Id, member.Certificate.Thumbprint)).Order(),
            view.EnumerateArray().Select(member => (member.GetProperty("id").GetString()!, ThumbprintOf(member))).Order());
    }

    [Fact]
    public async Task A_changed_constitution_is_in_force_at_once()
    {
        var current = (await First.GetAsync("service/constitution")).Text;
        var unanimous = current.Replace("inFavour * 2 > active", "inFavour === active", StringComparison.Ordinal);
        using var second = await AddMemberAsync("second");
        using var third = await AddMemberAsync("third", second);
        var change = await ProposeAsync(First, Action("set_constitution", new { constitution = unanimous }));
        var other = await ProposeAsync(second, LetSomeoneRead);
        await VoteAsync(First, change, true, "Open");
        await VoteAsync(second, change, true, "Accepted");
        Assert.Equal(unanimous, (await First.GetAsync("service/constitution")).Text);
        Assert.Equal("Dropped", StateOf((await First.GetAsync($"members/proposals/{other}")).AssertOk()));
        var shown = (await _ledger.Reader.GetAsync("/app/governance/constitution?api-version=2022-05-13")).AssertOk().Json;
        Assert.Equal(unanimous, shown.GetProperty("script").GetString());
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(unanimous))), shown.GetProperty("digest").GetString());
        (await First.ProposeAsync(Action("set_constitution", new { constitution = "export const = 1" })))
            .AssertError(HttpStatusCode.BadRequest, "ProposalFailedToValidate", "line 1");
        // Two of three were enough before.
        var next = await ProposeAsync(First, LetSomeoneRead);
        await VoteAsync(First, next, true, "Open");
        await VoteAsync(second, next, true, "Open");
        await VoteAsync(third, next, true, "Accepted");
    }

    [Fact]
    public async Task Proposals_race_and_none_is_lost()
    {
        // Signed in one second: whichever comes last is not older than the middle of those before.
        var now = Second();
        var proposals = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            First.ProposeAsync(Action("set_user_roles", new { user_id = $"user {i}", roles = new[] { "Reader" } }), now)));
        var made = proposals.Select(reply => IdOf(reply.AssertOk())).ToList();
        var votes = await Task.WhenAll(made.Select(proposal => First.VoteAsync(proposal, inFavour: true)));
        Assert.All(votes, vote => Assert.Equal("Accepted", StateOf(vote)));
        var users = (await _ledger.Administrator.GetAsync("/app/users?api-version=2024-12-09-preview")).AssertOk().Text;
        Assert.Equal(8, users.Split("user ").Length - 1);
    }

    [Fact]
    public async Task Of_two_proposals_that_exclude_each_other_one_comes_first_and_the_other_is_decided_by_what_is_left()
    {
        using var second = await AddMemberAsync("second");
        using var third = await AddMemberAsync("third", second);
        var removals = new[]
        {
            await ProposeAsync(First, Action("remove_member", new { member_id = second.Id })),
            await ProposeAsync(First, Action("remove_member", new { member_id = third.Id })),
        };
        foreach (var removal in removals) await VoteAsync(First, removal, true, "Open");
        // Each of the two votes that the other go. Whoever's vote is decided first has the other out, who then has no vote.
        var replies = await Task.WhenAll(second.VoteAsync(removals[1], inFavour: true), third.VoteAsync(removals[0], inFavour: true));
        var accepted = Assert.Single(replies, reply => reply.Status == HttpStatusCode.OK);
        Assert.Equal("Accepted", StateOf(accepted));
        Assert.Single(replies, reply => reply.Status == HttpStatusCode.Unauthorized);
        var left = (await First.GetAsync("service/members")).AssertOk().Json.GetProperty("value");
        Assert.Equal(2, left.GetArrayLength());
        // The other proposal is still open, for the two that are left to decide.
        var states = await Task.WhenAll(removals.Select(id => First.GetAsync($"members/proposals/{id}")));
        Assert.Equal(["Accepted", "Open"], states.Select(reply => StateOf(reply.AssertOk())).Order());
    }

    [Fact]
    public async Task A_vote_that_races_with_a_new_constitution_counts_under_one_of_the_two()
    {
        var current = (await First.GetAsync("service/constitution")).Text;
        using var second = await AddMemberAsync("second");
        var change = await ProposeAsync(First, Action("set_constitution", new { constitution = current + "// changed" }));
        var other = await ProposeAsync(First, LetSomeoneRead);
        foreach (var proposal in new[] { change, other }) await VoteAsync(First, proposal, true, "Open");
        var replies = await Task.WhenAll(second.VoteAsync(change, inFavour: true), second.VoteAsync(other, inFavour: true));
        Assert.Equal("Accepted", StateOf(replies[0].AssertOk()));
        var isThere = (await _ledger.Administrator.GetAsync("/app/users/someone?api-version=2022-05-13")).Status == HttpStatusCode.OK;
        var state = StateOf((await First.GetAsync($"members/proposals/{other}")).AssertOk());
        // Passed before, or dropped by the change: never half of each.
        Assert.Equal(isThere ? "Accepted" : "Dropped", state);
        if (!isThere) replies[1].AssertError(HttpStatusCode.BadRequest, "ProposalNotOpen");
    }

    [Fact]
    public async Task A_proposal_that_is_dated_ahead_is_refused_and_shuts_nobody_out()
    {
        (await First.ProposeAsync(LetSomeoneRead, Second() + 3600))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput", "ahead of the node's clock");
        (await First.ProposeAsync(LetSomeoneRead)).AssertOk();
    }

    [Fact]
    public async Task What_failed_says_why_and_changed_nothing()
    {
        var other = await ProposeAsync(
            First, Action("assert_service_identity", new { service_identity = First.Certificate.ExportCertificatePem() }));
        var failed = (await First.VoteAsync(other, inFavour: true)).AssertOk().Json;
        Assert.Equal("Failed", failed.GetProperty("proposalState").GetString());
        var reason = failed.GetProperty("failure").GetProperty("reason").GetString()!;
        Assert.Contains("another service", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("set_js_app", "userDefinedEndpoints")]
    [InlineData("remove_js_app", "userDefinedEndpoints")]
    [InlineData("set_service_certificate_validity", "verifiers pin")]
    [InlineData("set_everything_right", "no such action")]
    public async Task What_cannot_be_done_is_refused_when_it_is_proposed(string action, string why) =>
        (await First.ProposeAsync(Action(action, new { })))
            .AssertError(HttpStatusCode.BadRequest, "ProposalFailedToValidate", action, why);

    [Fact]
    public async Task What_an_open_proposal_would_do_is_shown_and_not_done()
    {
        var proposal = await ProposeAsync(First, LetSomeoneRead);
        var change = Assert.Single((await PreviewAsync(proposal)).GetProperty("changes").EnumerateArray());
        Assert.Equal("public:confidentialledger.roles.user_roles_mapping", change.GetProperty("table").GetString());
        Assert.Equal(JsonValueKind.Null, change.GetProperty("before").ValueKind);
        Assert.Equal("[\"Reader\"]", change.GetProperty("after").GetString());
        Assert.Equal("Open", StateOf((await First.GetAsync($"members/proposals/{proposal}")).AssertOk()));

        var impossible = await ProposeAsync(First, Action("set_recovery_threshold", new { recovery_threshold = 9 }));
        var failure = (await PreviewAsync(impossible)).GetProperty("failure").GetProperty("reason").GetString();
        Assert.Contains("the threshold must be", failure, StringComparison.Ordinal);

        // What it would change depends on what others have changed meanwhile.
        await VoteAsync(First, await ProposeAsync(First, LetSomeoneRead), true, "Accepted");
        Assert.Empty((await PreviewAsync(proposal)).GetProperty("changes").EnumerateArray());
        await VoteAsync(First, proposal, false, "Rejected");
        (await First.GetAsync($"members/proposals/{proposal}/preview")).AssertError(HttpStatusCode.BadRequest, "ProposalNotOpen");
        (await First.GetAsync("members/proposals/none/preview")).AssertError(HttpStatusCode.NotFound, "ProposalNotFound");
    }

    [Fact]
    public async Task What_was_signed_is_shown_as_it_was_signed()
    {
        var text = LetSomeoneRead;
        var proposal = await ProposeAsync(First, text);
        Assert.Equal(text, (await First.GetAsync($"members/proposals/{proposal}/actions")).AssertOk().Text);
        var script = "export function vote (proposal, proposerId) { return proposal.length < 5; }";
        (await First.PostAsync(
            $"members/proposals/{proposal}/ballots/{First.Id}:submit",
            First.Sign(RequestType.Ballot, JsonSerializer.Serialize(new { ballot = script }), proposal))).AssertOk();
        Assert.Equal(script, (await First.GetAsync($"members/proposals/{proposal}/ballots/{First.Id}")).Text);
        Assert.Equal("Rejected", StateOf(await First.GetAsync($"members/proposals/{proposal}")));
        Assert.Equal(1, (await First.GetAsync("members/proposals")).AssertOk().Json.GetProperty("value").GetArrayLength());
    }

    [Theory]
    [InlineData("service/info", "serviceCertificate")]
    [InlineData("service/users", "userId")]
    [InlineData("service/nodes", "Insecure_Virtual")]
    [InlineData("service/join-policy", "measurements")]
    [InlineData("service/jwk", "issuers")]
    public async Task The_state_of_governance_is_there_to_read(string path, string part) =>
        Assert.Contains(part, (await First.GetAsync(path)).AssertOk().Text, StringComparison.Ordinal);

    private async Task<JsonElement> PreviewAsync(string proposal) =>
        (await First.GetAsync($"members/proposals/{proposal}/preview")).AssertOk().Json;

    private async Task<Governor> AddMemberAsync(string name, params Governor[] others)
    {
        var newcomer = New(_ledger.WithoutCertificate, name);
        var proposal = await ProposeAsync(First, Action("set_member", new { cert = newcomer.Certificate.ExportCertificatePem() }));
        var state = StateOf(await First.VoteAsync(proposal, inFavour: true));
        foreach (var other in others) state = StateOf(await other.VoteAsync(proposal, inFavour: true));
        Assert.Equal("Accepted", state);
        Assert.Equal(HttpStatusCode.NoContent, (await newcomer.AcknowledgeAsync()).Status);
        return newcomer;
    }

    private static async Task<string> ProposeAsync(Governor member, string proposal) =>
        IdOf((await member.ProposeAsync(proposal)).AssertOk());

    private static async Task VoteAsync(Governor member, string proposal, bool inFavour, string state) =>
        Assert.Equal(state, StateOf((await member.VoteAsync(proposal, inFavour)).AssertOk()));

    private static string ThumbprintOf(JsonElement member)
    {
        using var certificate = X509Certificate2.CreateFromPem(member.GetProperty("certificate").GetString());
        return certificate.Thumbprint;
    }

    private static string IdOf(Reply reply) => reply.Json.GetProperty("proposalId").GetString()!;

    private static string StateOf(Reply reply) => reply.Json.GetProperty("proposalState").GetString()!;
}
