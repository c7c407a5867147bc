using System.Text.Json;
using Stele.Cli.Connection;
using Stele.Server.Tests.Support;

namespace Stele.Cli.Tests;

/// <summary>The tool comes with a bearer token of an issuer that members trust.</summary>
public sealed class TokenFileTests(RunningLedger ledger) : IClassFixture<RunningLedger>
{
    private readonly Tool _stele = new(ledger);

    [Fact]
    public async Task A_token_says_who_calls()
    {
        using var mint = TokenMint.Rsa("https://issuer.example");
        await TrustAsync(mint);
        (await _stele.RunAsync("user", "add", "of-a-token", "--role", "contributor")).Ok();
        var token = mint.Token("of-a-token");
        var file = await WriteAsync("token", $"\n {token} \r\n");

        var id = (await _stele.RunAsync("append", "hello", "--wait", "--token-file", file)).Ok().Output.Trim();
        Assert.Contains("hello", (await _stele.RunAsync("get", id, "--token-file", file)).Ok().Output, StringComparison.Ordinal);
        (await _stele.RunAsync("status", id, "--token-file", file)).Ok();
        Assert.Contains("hello", (await WithVariableAsync(file, "list")).Ok().Output, StringComparison.Ordinal);
        (await WithVariableAsync(file, "receipt", id, "-o", In("receipt.json"))).Ok();
        // Whoever comes with a token does not come as the administrator whose certificate lies in the data directory.
        var refused = await WithVariableAsync(file, "user", "add", "another", "--role", "reader");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("user of-a-token has role Contributor", refused.Errors, StringComparison.Ordinal);
        // The command line counts before the environment.
        (await WithVariableAsync(file, "user", "add", "another", "--role", "reader", "--certificate", ledger.Administrator)).Ok();
        Assert.DoesNotContain(token[^40..], ledger.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("secret secret")]
    [InlineData("secret\nsecret")]
    [InlineData("secré")]
    public async Task What_is_no_token_is_not_read(string text) =>
        AssertNoToken(await WriteAsync($"{Guid.NewGuid():N}", text), "bearer token");

    [Fact]
    public async Task What_is_no_token_is_refused_and_not_shown()
    {
        var run = await _stele.RunAsync("list", "--token-file", await WriteAsync("words", "secret secret"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("bearer token", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secr", run.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_too_large_or_not_there_is_refused()
    {
        var large = await WriteAsync("large", string.Concat(Enumerable.Repeat("secret", 3000)));
        AssertNoToken(large, "over 16384 bytes");
        AssertNoToken("/dev/zero", "over 16384 bytes");
        AssertNoToken(In("nowhere"), "cannot be read");
        var both = await _stele.RunAsync("list", "--token-file", large, "--certificate", ledger.Administrator);
        Assert.Equal(2, both.ExitCode);
        Assert.Contains("not both", both.Errors, StringComparison.Ordinal);
    }

    private static void AssertNoToken(string file, string message)
    {
        var refused = Assert.Throws<CommandFailedException>(() => TokenFile.Read(file));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secr", refused.Message, StringComparison.Ordinal);
    }

    private async Task TrustAsync(TokenMint mint)
    {
        var args = new { issuer = mint.Issuer, jwks = new { keys = new[] { mint.Jwk() } } };
        var actions = new[] { new { name = "set_jwt_issuer", args } };
        var proposal = await WriteAsync("proposal.json", JsonSerializer.Serialize(new { actions }));
        var id = (await _stele.RunAsync("member", "propose", proposal)).Ok().Output.Split('\t', ' ', '\n')[0];
        (await _stele.RunAsync("member", "vote", id, "--accept", "--yes")).Ok();
    }

    private Task<Finished> WithVariableAsync(string file, params string[] arguments)
    {
        var start = SteleTool.StartInfo([.. arguments, "--data", ledger.DataDirectory]);
        start.Environment["STELE_TOKEN_FILE"] = file;
        return Finished.RunAsync(start);
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        await File.WriteAllTextAsync(In(name), text, TestContext.Current.CancellationToken);
        return In(name);
    }

    private string In(string name) => Path.Combine(ledger.DataDirectory, name);
}
