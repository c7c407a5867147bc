using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Stele.Tests.Issuer;
using static Microsoft.Playwright.Assertions;

namespace Stele.Browser.Tests.Explorer;

/// <summary>Users sign in at an issuer of their own; and a node without the page has nothing of it.</summary>
public sealed class SignInTests(Chromium chromium) : IAsyncLifetime
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"stele-{Guid.NewGuid():N}");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_user_signs_in_by_OpenID_Connect_and_is_nobody_when_the_page_is_gone()
    {
        Requirement.Met(chromium.IsThere, "Debian's package chromium is not installed.");
        await using var issuer = await RealIssuer.StartAsync();
        await using var ledger = await RunningLedger.StartAsync(
            _directory, "--explorer-issuer", issuer.Name, "--explorer-client-id", "explorer", "--explorer-resource", RealIssuer.Audience);
        await issuer.KnowAsync(new Uri(ledger.Uri, "explorer/"));
        await TrustAsync(await issuer.KeysAsync(), issuer.Name);
        (await SteleTool.RunAsync("user", "add", "carol", "--role", "contributor", "--data", _directory)).Ok();

        await using var open = await chromium.OpenAsync(new BrowserNewContextOptions { IgnoreHTTPSErrors = true });
        var page = open.Page;
        // What the issuer's own page wants of others is not asked for.
        await page.RouteAsync(
            address => !address.StartsWith(ledger.Uri.ToString(), StringComparison.Ordinal)
                && !address.StartsWith(issuer.Name + "/", StringComparison.Ordinal),
            route => route.FulfillAsync(new RouteFulfillOptions { Body = "", ContentType = "text/css" }));
        // By this name of the page, too, the issuer leads back to the one that it knows.
        await page.GotoAsync(new Uri(ledger.Uri, "explorer/index.html#/signin").AbsoluteUri);
        await Expect(page.Locator("main")).ToContainTextAsync(issuer.Name);
        await page.ClickAsync("button:text-is('Sign in')");
        await page.FillAsync("input[name=login]", "carol");
        await page.FillAsync("input[name=password]", "any");
        await page.ClickAsync("button[type=submit]");
        await page.ClickAsync("button:text-is('Continue')");
        await Expect(page.Locator("#who")).ToContainTextAsync("carol · Contributor");
        await Expect(page.Locator("main")).ToContainTextAsync("a token of an issuer that the members trust");
        Assert.DoesNotContain("code=", page.Url, StringComparison.Ordinal);
        await page.ClickAsync("nav >> text=Entries");
        await Expect(page.Locator("a.row")).ToHaveCountAsync(1);
        await page.ClickAsync("a.row");
        await Expect(page.Locator("#verdict")).ToContainTextAsync("Verified in this browser");

        var kept = await page.EvaluateAsync<string>("JSON.stringify([localStorage, sessionStorage, document.cookie])");
        Assert.DoesNotMatch(@"eyJ[\w-]+\.eyJ", kept); // as every JWT begins
        await page.ReloadAsync();
        await Expect(page.Locator("#who")).ToHaveTextAsync("Sign in");

        // A code of another issuer is not shown to this one (RFC 9207).
        await page.EvaluateAsync("sessionStorage.setItem('stele.signin', JSON.stringify({ state: 's', verifier: 'v', route: '#/trust' }))");
        await page.GotoAsync(new Uri(ledger.Uri, "explorer/?code=c&state=s&iss=https://other.example").AbsoluteUri);
        await Expect(page.Locator("#banner")).ToContainTextAsync("The answer is of the issuer https://other.example, which was not asked.");
        await Expect(page.Locator("main h1")).ToHaveTextAsync("Trust");
        open.NothingWentWrong();
    }

    [Fact]
    public async Task A_node_without_the_explorer_has_nothing_at_its_path()
    {
        await using var ledger = await RunningLedger.StartAsync(_directory, "--no-explorer");
        using var client = ledger.CreateClient();
        foreach (var path in (string[])["/explorer", "/explorer/", "/explorer/config.json", "/explorer/session.json"])
        {
            var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
        }
        Assert.Contains("explorer     off", ledger.Output, StringComparison.Ordinal);
    }

    private async Task TrustAsync(JsonNode keys, string issuer)
    {
        var file = Path.Combine(_directory, "proposal.json");
        var args = new { issuer, auto_refresh = false, jwks = keys, audience = RealIssuer.Audience };
        var proposal = new { actions = new[] { new { name = "set_jwt_issuer", args } } };
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(proposal), TestContext.Current.CancellationToken);
        var proposed = (await SteleTool.RunAsync("member", "propose", file, "--json", "--data", _directory)).Ok().Output;
        var id = JsonDocument.Parse(proposed).RootElement.GetProperty("proposalId").GetString()!;
        (await SteleTool.RunAsync("member", "vote", id, "--accept", "--yes", "--data", _directory)).Ok();
    }
}
