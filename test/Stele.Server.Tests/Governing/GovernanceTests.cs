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
    private readonly LedgerFixture _ledger = new();
    private Governor _first = null!;

    public async ValueTask InitializeAsync()
    {
        await _ledger.InitializeAsync();
        _first = _ledger.FirstMember();
    }

    public async ValueTask DisposeAsync()
    {
        _first.Dispose();
        await _ledger.DisposeAsync();
    }

    [Fact]
    public async Task A_consortium_grows_decides_and_shrinks()
    {
        using var second = await AddMemberAsync("second");
        using var third = await AddMemberAsync("third", second);
        var members = (await _first.GetAsync("service/members")).AssertOk().Json.GetProperty("value");
        Assert.All(members.EnumerateArray(), member => Assert.Equal("Active", member.GetProperty("status").GetString()));
        Assert.Equal(3, members.GetArrayLength());

        // A malicious proposal is voted down.
        var malicious = await ProposeAsync(third, Action("remove_member", new { member_id = _first.Id }));
        await VoteAsync(third, malicious, true, "Open");
        await VoteAsync(_first, malicious, false, "Open");
        await VoteAsync(second, malicious, false, "Rejected");
        (await second.VoteAsync(malicious, inFavour: false)).AssertOk();
        (await third.WithdrawAsync(malicious)).AssertError(HttpStatusCode.BadRequest, "ProposalNotOpen");

        // A member is removed in the middle of a vote: its ballot does not count any more, and it signs nothing any more.
        var vote = await ProposeAsync(third, LetSomeoneRead);
        await VoteAsync(third, vote, true, "Open");
        var removal = await ProposeAsync(_first, Action("remove_member", new { member_id = third.Id }));
        await VoteAsync(_first, removal, true, "Open");
        await VoteAsync(second, removal, true, "Accepted");
        await VoteAsync(_first, vote, true, "Open");
        (await third.ProposeAsync(LetSomeoneRead)).AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo");
        await VoteAsync(second, vote, true, "Accepted");
        (await _ledger.Administrator.GetAsync("/app/users/someone?api-version=2022-05-13")).AssertOk();
        // ACL's view shows who is there, and nobody else.
        var view = (await _ledger.Reader.GetAsync("/app/governance/members?api-version=2022-05-13")).AssertOk().Json.GetProperty("members");
        Assert.Equal(
            new[] { _first, second }.Select(member => (member.Id, member.Certificate.Thumbprint)).Order(),
            view.EnumerateArray().Select(member => (member.GetProperty("id").GetString()!, ThumbprintOf(member))).Order());
    }

    [Fact]
    public async Task A_changed_constitution_is_in_force_at_once()
    {
        var current = (await _first.GetAsync("service/constitution")).Text;
        var unanimous = current.Replace("inFavour * 2 > active", "inFavour === active", StringComparison.Ordinal);
        using var second = await AddMemberAsync("second");
        var change = await ProposeAsync(_first, Action("set_constitution", new { constitution = unanimous }));
        var other = await ProposeAsync(second, LetSomeoneRead);
        await VoteAsync(_first, change, true, "Open");
        await VoteAsync(second, change, true, "Accepted");
        Assert.Equal(unanimous, (await _first.GetAsync("service/constitution")).Text);
        Assert.Equal("Dropped", StateOf((await _first.GetAsync($"members/proposals/{other}")).AssertOk()));
        var shown = (await _ledger.Reader.GetAsync("/app/governance/constitution?api-version=2022-05-13")).AssertOk().Json;
        Assert.Equal(unanimous, shown.GetProperty("script").GetString());
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(unanimous))), shown.GetProperty("digest").GetString());
        (await _first.ProposeAsync(Action("set_constitution", new { constitution = "export const = 1" })))
            .AssertError(HttpStatusCode.BadRequest, "ProposalFailedToValidate", "line 1");
    }

    [Fact]
    public async Task Proposals_race_and_none_is_lost()
    {
        var proposals = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            _first.ProposeAsync(Action("set_user_roles", new { user_id = $"user {i}", roles = new[] { "Reader" } }))));
        // Signed at different times and sent at once: whichever comes late is not older than the middle of those before.
        var made = proposals.Where(reply => reply.Status == HttpStatusCode.OK).Select(IdOf).ToList();
        Assert.NotEmpty(made);
        Assert.All(proposals.Where(reply => reply.Status != HttpStatusCode.OK), reply =>
            reply.AssertError(HttpStatusCode.BadRequest, "ProposalCreatedTooLongAgo"));
        var votes = await Task.WhenAll(made.Select(proposal => _first.VoteAsync(proposal, inFavour: true)));
        Assert.All(votes, vote => Assert.Equal("Accepted", StateOf(vote)));
        var users = (await _ledger.Administrator.GetAsync("/app/users?api-version=2024-12-09-preview")).AssertOk().Text;
        Assert.Equal(made.Count, users.Split("user ").Length - 1);
    }

    [Fact]
    public async Task What_failed_says_why_and_changed_nothing()
    {
        var renewal = await ProposeAsync(_first, Action("set_service_certificate_validity", new { valid_from = "261121120000Z" }));
        var failed = (await _first.VoteAsync(renewal, inFavour: true)).AssertOk().Json;
        Assert.Equal("Failed", failed.GetProperty("proposalState").GetString());
        var reason = failed.GetProperty("failure").GetProperty("reason").GetString()!;
        Assert.Contains("verifiers pin", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_open_proposal_would_do_is_shown_and_not_done()
    {
        var proposal = await ProposeAsync(_first, LetSomeoneRead);
        var change = Assert.Single((await PreviewAsync(proposal)).GetProperty("changes").EnumerateArray());
        Assert.Equal("public:confidentialledger.roles.user_roles_mapping", change.GetProperty("table").GetString());
        Assert.Equal(JsonValueKind.Null, change.GetProperty("before").ValueKind);
        Assert.Equal("[\"Reader\"]", change.GetProperty("after").GetString());
        Assert.Equal("Open", StateOf((await _first.GetAsync($"members/proposals/{proposal}")).AssertOk()));

        var impossible = await ProposeAsync(_first, Action("set_recovery_threshold", new { recovery_threshold = 9 }));
        var failure = (await PreviewAsync(impossible)).GetProperty("failure").GetProperty("reason").GetString();
        Assert.Contains("the threshold must be", failure, StringComparison.Ordinal);

        // What it would change depends on what others have changed meanwhile.
        await VoteAsync(_first, await ProposeAsync(_first, LetSomeoneRead), true, "Accepted");
        Assert.Empty((await PreviewAsync(proposal)).GetProperty("changes").EnumerateArray());
        await VoteAsync(_first, proposal, false, "Rejected");
        (await _first.GetAsync($"members/proposals/{proposal}/preview")).AssertError(HttpStatusCode.BadRequest, "ProposalNotOpen");
        (await _first.GetAsync("members/proposals/none/preview")).AssertError(HttpStatusCode.NotFound, "ProposalNotFound");
    }

    [Fact]
    public async Task What_was_signed_is_shown_as_it_was_signed()
    {
        var text = LetSomeoneRead;
        var proposal = await ProposeAsync(_first, text);
        Assert.Equal(text, (await _first.GetAsync($"members/proposals/{proposal}/actions")).AssertOk().Text);
        var script = "export function vote (proposal, proposerId) { return proposal.length < 5; }";
        (await _first.PostAsync(
            $"members/proposals/{proposal}/ballots/{_first.Id}:submit",
            _first.Sign(RequestType.Ballot, JsonSerializer.Serialize(new { ballot = script }), proposal))).AssertOk();
        Assert.Equal(script, (await _first.GetAsync($"members/proposals/{proposal}/ballots/{_first.Id}")).Text);
        Assert.Equal("Rejected", StateOf(await _first.GetAsync($"members/proposals/{proposal}")));
        Assert.Equal(1, (await _first.GetAsync("members/proposals")).AssertOk().Json.GetProperty("value").GetArrayLength());
    }

    [Theory]
    [InlineData("service/info", "serviceCertificate")]
    [InlineData("service/users", "userId")]
    [InlineData("service/nodes", "Insecure_Virtual")]
    [InlineData("service/join-policy", "measurements")]
    [InlineData("service/jwk", "issuers")]
    public async Task The_state_of_governance_is_there_to_read(string path, string part) =>
        Assert.Contains(part, (await _first.GetAsync(path)).AssertOk().Text, StringComparison.Ordinal);

    private async Task<JsonElement> PreviewAsync(string proposal) =>
        (await _first.GetAsync($"members/proposals/{proposal}/preview")).AssertOk().Json;

    private async Task<Governor> AddMemberAsync(string name, params Governor[] others)
    {
        var newcomer = New(_ledger.WithoutCertificate, name);
        var proposal = await ProposeAsync(_first, Action("set_member", new { cert = newcomer.Certificate.ExportCertificatePem() }));
        var state = StateOf(await _first.VoteAsync(proposal, inFavour: true));
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
