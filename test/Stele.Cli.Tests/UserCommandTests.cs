using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;

namespace Stele.Cli.Tests;

/// <summary>user add, list, remove; and what a user without the role is told.</summary>
public sealed class UserCommandTests(RunningLedger ledger) : IClassFixture<RunningLedger>
{
    private readonly Tool _stele = new(ledger);

    [Fact]
    public async Task A_user_is_let_in_by_certificate_and_shut_out_again()
    {
        var file = Path.Combine(ledger.DataDirectory, "alice.pem");
        using (var key = SigningKey.Generate())
        {
            var certificate = CertificateAuthority.SelfSigned(key, "alice", TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1));
            var pem = $"{certificate.ExportCertificatePem()}\n{new string(key.ToPem())}\n";
            await File.WriteAllTextAsync(file, pem, TestContext.Current.CancellationToken);
        }
        var added = (await _stele.RunAsync("user", "add", "--user-certificate", file, "--role", "reader")).Ok().Output.Trim();
        Assert.EndsWith("\tReader", added, StringComparison.Ordinal);
        Assert.Contains(added, (await _stele.RunAsync("user", "list")).Ok().Lines);

        var refused = await _stele.RunAsync("append", "not allowed", "--certificate", file);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("stele user add", refused.Errors, StringComparison.Ordinal);
        (await _stele.RunAsync("user", "remove", "--user-certificate", file)).Ok();
        Assert.Equal(1, (await _stele.RunAsync("list", "--certificate", file)).ExitCode);
        Assert.DoesNotContain(added, (await _stele.RunAsync("user", "list")).Ok().Lines);
    }

    [Fact]
    public async Task A_new_user_gets_a_file_to_come_with_and_it_is_never_overwritten()
    {
        var file = Path.Combine(ledger.DataDirectory, "bob.pem");
        var added = (await _stele.RunAsync("user", "new", "bob", "--role", "contributor", "-o", file)).Ok().Output.Trim();
        Assert.Contains(added, (await _stele.RunAsync("user", "list")).Ok().Lines);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        (await _stele.RunAsync("append", "by bob", "--certificate", file)).Ok();
        var eve = await _stele.RunAsync("user", "new", "eve", "--role", "reader", "--certificate", file, "-o", $"{file}.eve");
        Assert.Equal(1, eve.ExitCode);

        var before = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var again = await _stele.RunAsync("user", "new", "bob", "--role", "reader", "-o", file);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("another file is named with --out", again.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_last_administrator_stays()
    {
        var run = await _stele.RunAsync("user", "remove", "--user-certificate", ledger.Administrator);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("administrator", run.Errors, StringComparison.OrdinalIgnoreCase);
        var users = (await _stele.RunAsync("user", "list")).Ok().Lines;
        Assert.Single(users, line => line.EndsWith("\tAdministrator", StringComparison.Ordinal));
    }
}
