namespace Stele.Cli.Tests;

/// <summary>up --member: a ledger that its members found, and what no ledger is founded with.</summary>
public sealed class ConsortiumTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Members_that_found_a_ledger_acknowledge_and_have_their_shares()
    {
        foreach (var name in new[] { "alice", "bob", "carol" })
            (await SteleTool.RunAsync("member", "keygen", name, "--dir", _directory)).Ok();
        await using var ledger = await RunningLedger.StartAsync(
            In("data"), "--member", $"{In("alice_cert.pem")}:{In("alice_enc_pubk.pem")}",
            "--member", $"{In("bob_cert.pem")}:{In("bob_enc_pubk.pem")}", "--member", In("carol_cert.pem"));
        (await AsAsync("alice", "ack")).Ok();
        Assert.Equal(1, (await AsAsync("alice", "share", "get")).ExitCode);
        (await AsAsync("bob", "ack")).Ok();
        var shares = new[] { (await AsAsync("alice", "share", "get")).Ok().Output, (await AsAsync("bob", "share", "get")).Ok().Output };
        Assert.NotEqual(shares[0], shares[1]);
        (await AsAsync("carol", "ack")).Ok();
        Assert.Equal(1, (await AsAsync("carol", "share", "get")).ExitCode);
        Assert.False(File.Exists(In("data/member0_cert.pem")));

        // Nobody else lets nodes in or out, the administrator included.
        var self = (await SteleTool.RunAsync("node", "list", "--data", In("data"))).Ok().Output.Split('\t')[0];
        var refused = await SteleTool.RunAsync("node", "retire", self, "--data", In("data"));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("by vote", refused.Errors, StringComparison.Ordinal);
        await ledger.StopAsync();
    }

    [Fact]
    public async Task An_administrator_named_at_the_founding_has_no_key_in_the_data_directory()
    {
        (await SteleTool.RunAsync("member", "keygen", "admin", "--dir", _directory)).Ok();
        var cancel = TestContext.Current.CancellationToken;
        var certificate = await File.ReadAllTextAsync(In("admin_cert.pem"), cancel);
        var both = certificate + await File.ReadAllTextAsync(In("admin_privk.pem"), cancel);
        await File.WriteAllTextAsync(In("admin.pem"), both, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(In("admin.pem"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using var ledger = await RunningLedger.StartAsync(In("data"), "--administrator", In("admin_cert.pem"));
        Assert.False(File.Exists(In("data/administrator.pem")));
        (await SteleTool.RunAsync("append", "by the named one", "--certificate", In("admin.pem"), "--data", In("data"))).Ok();
        await ledger.StopAsync();
    }

    [Fact]
    public async Task What_no_ledger_is_founded_with_is_refused_before_anything_is_made()
    {
        (await SteleTool.RunAsync("member", "keygen", "alice", "--dir", _directory)).Ok();
        var alice = $"{In("alice_cert.pem")}:{In("alice_enc_pubk.pem")}";
        foreach (var (why, options) in new (string, string[])[]
        {
            ("named twice", ["--member", alice, "--member", alice]),
            ("threshold of 2", ["--member", alice, "--recovery-threshold", "2"]),
            ("public key in PEM", ["--member", $"{In("alice_cert.pem")}:{In("alice_enc_privk.pem")}"]),
            ("no certificate", ["--member", In("alice_enc_pubk.pem")]),
            ("nobody.pem", ["--member", In("nobody.pem")]),
            ("--member", ["--recovery-threshold", "1"]),
        })
        {
            var run = await SteleTool.RunAsync(["up", "--virtual", "--data", In("none"), .. options]);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains(why, run.Errors, StringComparison.Ordinal);
            Assert.False(Directory.Exists(In("none")));
        }
    }

    private Task<Finished> AsAsync(string name, params string[] command) => SteleTool.RunAsync(
        ["member", .. command, "--member-cert", In($"{name}_cert.pem"), "--data", In("data")]);

    private string In(string file) => Path.Combine(_directory, file);
}
