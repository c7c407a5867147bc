using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Stele.Governance.Requests;
using Stele.Server.Tests.Support;
using static Stele.Server.Tests.Support.Governor;

namespace Stele.Server.Tests.Governing;

/// <summary>What is not signed by a member, as it must be, is refused.</summary>
public sealed class SignedRequestTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>, IDisposable
{
    private const string Create = "members/proposals:create";
    private static readonly string Harmless = Action("trigger_snapshot", new { });
    private readonly Governor _member = ledger.FirstMember();

    public void Dispose() => _member.Dispose();

    private async Task<byte[]> ScriptAsync(string body, string type, params string[] proposal)
    {
        var cancel = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo("/usr/bin/python3")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var script = Path.Combine(Repository.Root, "test", "Stele.Server.Tests", "Governing", "cose_sign1.py");
        var (key, certificate) = (ledger.PathOf("keys/member0.pem"), ledger.PathOf("member0_cert.pem"));
        string[] arguments = [script, key, certificate, type, $"{Second()}", .. proposal];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(body);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output, cancel);
        await process.WaitForExitAsync(cancel);
        return output.ToArray();
    }

    [Fact]
    public async Task The_version_and_the_content_type_are_needed()
    {
        var signed = _member.Sign(RequestType.Proposal, Harmless);
        (await ledger.Reader.SendAsync("POST", $"/gov/{Create}", signed, "application/cose"))
            .AssertError(HttpStatusCode.BadRequest, "MissingApiVersionParameter", "2024-07-01");
        (await ledger.Reader.SendAsync("POST", $"/gov/{Create}?api-version=2022-05-13", signed, "application/cose"))
            .AssertError(HttpStatusCode.BadRequest, "UnsupportedApiVersionValue", "2024-07-01");
        (await _member.PostAsync(Create, signed, "application/json"))
            .AssertError(HttpStatusCode.UnsupportedMediaType, "UnsupportedContentType", "application/cose");
        (await _member.GetAsync("members/proposals:create")).AssertError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await _member.PostAsync("members/nothing", signed)).AssertError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [Fact]
    public async Task A_stranger_signs_nothing()
    {
        using var stranger = New(ledger.Administrator, "stranger");
        (await stranger.ProposeAsync(Harmless)).AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo", "member");
        (await stranger.PostAsync($"members/state-digests/{stranger.Id}:update", stranger.Sign(RequestType.StateDigest, "")))
            .AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo");
    }

    [Fact]
    public async Task A_request_is_good_for_what_it_was_signed_for()
    {
        const string text = """{"actions":[{"name":"set_recovery_threshold","args":{"recovery_threshold":1}}]}""";
        var signed = _member.Sign(RequestType.Proposal, text);
        var proposal = (await _member.PostAsync(Create, signed)).AssertOk().Json.GetProperty("proposalId").GetString()!;
        (await _member.PostAsync(Create, signed)).AssertError(HttpStatusCode.BadRequest, "ProposalReplay");
        (await _member.PostAsync($"members/proposals/{proposal}:withdraw", signed))
            .AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo", "Proposal");
        var ballot = _member.Sign(RequestType.Ballot, """{"vote":true}""", proposal);
        (await _member.PostAsync($"members/proposals/{new string('0', 64)}/ballots/{_member.Id}:submit", ballot))
            .AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo", "another proposal");
        (await _member.PostAsync($"members/proposals/{proposal}/ballots/{new string('0', 64)}:submit", ballot))
            .AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo", "another member");
        var unknown = new string('0', 64);
        (await _member.VoteAsync(unknown, inFavour: true)).AssertError(HttpStatusCode.NotFound, "ProposalNotFound");
        (await _member.PostAsync(
            $"members/proposals/{proposal}/ballots/{_member.Id}:submit", _member.Sign(RequestType.Ballot, """{"vote":1}""", proposal)))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput", "ballot");
    }

    [Fact]
    public async Task A_request_signed_with_openssl_alone_is_taken()
    {
        Requirement.Met(File.Exists("/usr/bin/python3") && File.Exists("/usr/bin/openssl"), "There is no python3 or no openssl.");
        const string text = """{"actions":[{"name":"set_user_roles","args":{"user_id":"signed","roles":["Reader"]}}]}""";
        var signed = await ScriptAsync(text, "proposal");
        var proposal = (await _member.PostAsync(Create, signed)).AssertOk().Json.GetProperty("proposalId").GetString()!;
        var ballot = await ScriptAsync("""{"ballot":"export function vote (proposal, proposerId) { return true }"}""", "ballot", proposal);
        var voted = (await _member.PostAsync($"members/proposals/{proposal}/ballots/{_member.Id}:submit", ballot)).AssertOk();
        Assert.Equal("Accepted", voted.Json.GetProperty("proposalState").GetString());
    }

    [Fact]
    public async Task A_changed_byte_is_refused()
    {
        var signed = _member.Sign(RequestType.Proposal, Harmless);
        for (var i = 0; i < 200; i++)
        {
            var changed = (byte[])signed.Clone();
            changed[RandomNumberGenerator.GetInt32(changed.Length)] ^= (byte)(1 << RandomNumberGenerator.GetInt32(8));
            var status = (await _member.PostAsync(Create, changed)).Status;
            Assert.True(status is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest, $"{status}: {Convert.ToHexString(changed)}");
        }
        (await _member.PostAsync(Create, [])).AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo");
        (await _member.PostAsync(Create, signed)).AssertOk();
    }
}
