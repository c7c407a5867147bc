using System.Text.Json;

namespace Stele.Cli.Tests;

/// <summary>member: keys, proposals, votes, acknowledgements, as members give the commands.</summary>
public sealed class MemberCommandTests(RunningLedger ledger) : IClassFixture<RunningLedger>
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly Tool _stele = new(ledger);

    [Fact]
    public async Task A_member_is_let_in_by_vote_acknowledges_and_votes()
    {
        var alice = (await KeysAsync("alice")).Ok().Output.Trim();
        foreach (var suffix in new[] { "privk", "enc_privk" }) Assert.Equal(OwnerOnly, File.GetUnixFileMode(In($"alice_{suffix}.pem")));
        Assert.Equal(1, (await KeysAsync("alice")).ExitCode);

        string[] admission =
        [
            "member", "propose", "--action", "set_member",
            $"cert=@{In("alice_cert.pem")}", $"encryption_pub_key=@{In("alice_enc_pubk.pem")}",
        ];
        var proposed = (await _stele.RunAsync(admission)).Ok();
        var id = Proposal(proposed, "Open");
        var shown = (await _stele.RunAsync("member", "proposals", id)).Ok().Output;
        Assert.Contains($"  members.certs {alice}\n    + CN=alice\n    + SHA-256 {alice}\n", shown, StringComparison.Ordinal);
        Assert.Equal(2, (await _stele.RunAsync("member", "vote", id, "--accept")).ExitCode);
        Proposal((await _stele.RunAsync("member", "vote", id, "--accept", "--yes")).Ok(), "Accepted");

        Assert.Contains(await MembersAsync(), line => line.StartsWith($"{alice}\tAccepted\tCN=alice", StringComparison.Ordinal));
        var early = await _stele.RunAsync([.. admission, .. As("alice")]);
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("not an active member yet", early.Errors, StringComparison.Ordinal);
        await AcknowledgeAwayAsync();
        Assert.StartsWith(alice, (await _stele.RunAsync(["member", "ack", .. As("alice")])).Ok().Output, StringComparison.Ordinal);
        Assert.Contains(await MembersAsync(), line => line.StartsWith($"{alice}\tActive\tCN=alice", StringComparison.Ordinal));

        await DecideTogetherAsync(alice);
    }

    [Fact]
    public async Task A_proposal_is_withdrawn_by_who_made_it()
    {
        var file = await ProposalAsync("set_user_roles", new { user_id = "someone", roles = new[] { "Reader" } });
        var id = Proposal((await _stele.RunAsync("member", "propose", file)).Ok(), "Open");
        var json = JsonDocument.Parse((await _stele.RunAsync("member", "proposals", id, "--json")).Ok().Output).RootElement;
        var change = Assert.Single(json.GetProperty("preview").GetProperty("changes").EnumerateArray());
        Assert.Equal("[\"Reader\"]", change.GetProperty("after").GetString());
        Proposal((await _stele.RunAsync("member", "withdraw", id)).Ok(), "Withdrawn");
        var late = await _stele.RunAsync("member", "vote", id, "--reject", "-y");
        Assert.Contains("ProposalNotOpen", late.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_no_member_is_refused_in_words()
    {
        await KeysAsync("mallory");
        var file = await ProposalAsync("set_user_roles", new { user_id = "mallory", roles = new[] { "Administrator" } });
        var refused = await _stele.RunAsync(["member", "propose", file, .. As("mallory")]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("not signed by a member", refused.Errors, StringComparison.Ordinal);
        var mixed = await _stele.RunAsync("member", "propose", file, "--member-key", In("mallory_privk.pem"));
        Assert.Equal(1, mixed.ExitCode);
        Assert.Contains("is not the key of the certificate", mixed.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--out", "large.cose")]
    public async Task What_is_too_large_for_any_ledger_is_refused_in_words(params string[] options)
    {
        var file = await ProposalAsync("set_member_data", new { member_id = "x", member_data = new string('a', 2 << 20) });
        var refused = await _stele.RunAsync(["member", "propose", file, .. options]);
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("No ledger takes this request of 2", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists("large.cose"));
    }

    // The same for the acknowledgement: the question is signed, brought and answered, and then the answer.
    private async Task AcknowledgeAwayAsync()
    {
        (await SteleTool.RunAsync(["member", "ack", "--out", In("ask.cose"), .. As("alice")])).Ok();
        var told = (await _stele.RunAsync("member", "send", In("ask.cose"), "--json")).Ok();
        var digest = JsonDocument.Parse(told.Output).RootElement.GetProperty("stateDigest").GetString()!;
        (await SteleTool.RunAsync(["member", "ack", "--digest", new string('0', 64), "--out", In("ack.cose"), .. As("alice")])).Ok();
        Assert.Contains("digest", (await _stele.RunAsync("member", "send", In("ack.cose"))).Errors, StringComparison.Ordinal);
        (await SteleTool.RunAsync(["member", "ack", "--digest", digest, "--out", In("ack.cose"), .. As("alice")])).Ok();
        (await _stele.RunAsync("member", "send", In("ack.cose"))).Ok();
        Assert.Contains(await MembersAsync(), line => line.Contains("\tActive\tCN=alice", StringComparison.Ordinal));
    }

    // Alice's key is where no network is: she signs there, and anyone brings it.
    private async Task DecideTogetherAsync(string alice)
    {
        var unanimous = (await ConstitutionAsync()).Replace("> active", "=== active * 2", StringComparison.Ordinal);
        var change = await ProposalAsync("set_constitution", new { constitution = unanimous });
        var id = Proposal((await _stele.RunAsync("member", "propose", change)).Ok(), "Open");
        var shown = (await _stele.RunAsync("member", "proposals", id)).Ok().Output;
        Assert.Contains("    -   if (inFavour * 2 > active) return \"Accepted\";\n", shown, StringComparison.Ordinal);
        Assert.Contains("    +   if (inFavour * 2 === active * 2) return \"Accepted\";\n", shown, StringComparison.Ordinal);

        var ballot = In("ballot.js");
        await File.WriteAllTextAsync(
            ballot, "export function vote (proposal) { return proposal.includes('set_constitution'); }",
            TestContext.Current.CancellationToken);
        (await SteleTool.RunAsync(["member", "vote", id, "--ballot", ballot, "--out", In("vote.cose"), .. As("alice")])).Ok();
        Proposal((await _stele.RunAsync("member", "send", In("vote.cose"))).Ok(), "Open");
        var open = (await _stele.RunAsync("member", "proposals", id)).Ok().Output;
        Assert.Contains($"\n  {alice} (CN=alice) has voted\n", open, StringComparison.Ordinal);
        var row = (await _stele.RunAsync("member", "proposals")).Ok().Lines.Single(line => line.StartsWith(id, StringComparison.Ordinal));
        var cells = row.Split((char)9);
        Assert.Equal(["Open", "1", "set_constitution"], [cells[1], cells[3], cells[4]]);
        Proposal((await _stele.RunAsync("member", "vote", id, "--accept", "--yes")).Ok(), "Accepted");
        Assert.Contains("=== active * 2", await ConstitutionAsync(), StringComparison.Ordinal);

        var audit = (await SteleTool.RunAsync("audit", ledger.DataDirectory, "--live", "--governance")).Ok();
        Assert.Contains($"CN=alice ({alice}) acknowledged the state", audit.Output, StringComparison.Ordinal);
        Assert.Contains($"proposed {id} (set_constitution constitution=", audit.Output, StringComparison.Ordinal);
        Assert.Contains($"voted by a script on {id} (set_constitution): Open, ballots so far: 1", audit.Output, StringComparison.Ordinal);
        Assert.Contains($"voted for {id} (set_constitution): Accepted, 2 for, 0 against", audit.Output, StringComparison.Ordinal);
        Assert.StartsWith("governance verified: ", audit.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Governance_that_is_not_explained_is_not_verified()
    {
        // Of the time when CCF's members signed HTTP requests.
        var directory = SharedVectors.Require("vectors/ccf-ledgers/expired_service/ledger");
        var run = await SteleTool.RunAsync("audit", directory, "--live", "--governance", "--json");
        Assert.Equal(3, run.ExitCode);
        var last = JsonDocument.Parse(run.Lines[^1]).RootElement;
        Assert.False(last.GetProperty("governanceVerified").GetBoolean());
        var events = run.Lines[1..^1].Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var faults = events.Count(one => one.GetProperty("event").GetString() == "Unexplained");
        Assert.Equal(faults, last.GetProperty("unexplained").GetInt64());
        Assert.Contains(events, one => one.TryGetProperty("proposalState", out var state) && state.GetString() == "Accepted");
    }

    private async Task<string> ConstitutionAsync()
    {
        using var client = ledger.CreateClient();
        return await client.GetStringAsync("/gov/service/constitution?api-version=2024-07-01", TestContext.Current.CancellationToken);
    }

    private async Task<string[]> MembersAsync() => (await _stele.RunAsync("member", "list")).Ok().Lines;

    private Task<Finished> KeysAsync(string name) => SteleTool.RunAsync("member", "keygen", name, "--dir", ledger.DataDirectory);

    private string[] As(string name) => ["--member-cert", In($"{name}_cert.pem")];

    private string In(string file) => Path.Combine(ledger.DataDirectory, file);

    private async Task<string> ProposalAsync(string name, object args)
    {
        var file = In($"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(
            file, JsonSerializer.Serialize(new { actions = new[] { new { name, args } } }), TestContext.Current.CancellationToken);
        return file;
    }

    private static string Proposal(Finished run, string state)
    {
        var parts = run.Output.Trim().Split('\t');
        Assert.Equal(state, parts[1]);
        return parts[0];
    }
}
