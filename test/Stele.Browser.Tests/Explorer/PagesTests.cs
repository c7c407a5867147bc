using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Stele.Browser.Tests.Explorer;

/// <summary>Each page of the explorer, for who may see all and for who may see little, on a screen and on a phone.</summary>
[Collection(ExplorerCollection.Name)]
public sealed class PagesTests(ExplorerScene scene)
{
    private static readonly (string Route, string Title, string Holds)[] Pages =
    [
        ("", "Overview", "Committed transactions a second"),
        ("collections", "Collections", "telemetry"),
        ("entries?collection=contracts", "Entries", "LV-2026-118"),
        ("nodes", "Nodes", "Who may join"),
        ("members", "Members", "Nordbank"),
        ("proposals", "Proposals", "Accepted"),
        ("constitution", "Constitution", "export function apply"),
        ("users", "Users and roles", "auditor"),
        ("trust", "Trust", "this node said so"),
        ("signin", "Who you are", "Administrator"),
    ];

    [Fact]
    public async Task Each_shows_what_it_is_about_and_asks_its_own_node_alone()
    {
        await using var open = await scene.OpenAsync();
        foreach (var (route, title, holds) in Pages)
        {
            await open.Page.GotoAsync(new Uri(scene.Address, "#/" + route).AbsoluteUri);
            await open.Page.ReloadAsync();
            await Expect(open.Page.Locator("main h1")).ToHaveTextAsync(title);
            await Expect(open.Page.Locator("main")).ToContainTextAsync(holds);
            await Expect(open.Page.Locator("#head")).ToContainTextAsync("2.");
        }
        Assert.All(open.Requests, address => Assert.StartsWith(scene.Ledger.Uri.ToString(), address, StringComparison.Ordinal));
        open.NothingWentWrong();
    }

    [Fact]
    public async Task Pages_fit_a_phone()
    {
        (string Route, string Title)[] routes =
        [
            .. Pages.Select(page => (page.Route, page.Title)), ($"proposal/{scene.OpenProposal}", "Proposal"),
            (ExplorerScene.EntryRoute(scene.ContractId, "contracts"), $"Entry {scene.ContractId}"),
        ];
        await using var open = await scene.OpenAsync(size: new ViewportSize { Width = 360, Height = 740 }, colours: ColorScheme.Dark);
        foreach (var (route, title) in routes)
        {
            await open.Page.EvaluateAsync("route => { location.hash = '#/' + route; }", route);
            await Expect(open.Page.Locator("main h1")).ToHaveTextAsync(title);
            await Expect(open.Page.Locator("main .loading")).ToHaveCountAsync(0);
            var width = await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(width <= 360, $"{route} is {width} wide");
        }
        open.NothingWentWrong();
    }

    [Fact]
    public async Task The_overview_has_the_newest_entries_whatever_their_collection()
    {
        using var client = scene.Ledger.CreateClient();
        var ids = new List<string>();
        foreach (var collection in (string[])["zz-last", "aa-first", "zz-last"])
            ids.Insert(0, await scene.AppendAsync(client, collection, "the newest"));
        await using var open = await scene.OpenAsync();
        var rows = open.Page.Locator("section[aria-label='Newest entries'] a.row");
        await Expect(rows).ToHaveCountAsync(10);
        // Other tests append as well: these three stand in their order, wherever.
        var order = (await rows.Locator(".row-id").AllInnerTextsAsync()).Where(ids.Contains);
        Assert.Equal(ids, order);
        var collections = rows.Filter(new() { HasText = "the newest" }).Locator(".row-collection");
        await Expect(collections).ToHaveTextAsync(["zz-last", "aa-first", "zz-last"]);
        await open.Page.ClickAsync("text=Earlier entries");
        await Expect(rows).ToHaveCountAsync(20);
        open.NothingWentWrong();
    }

    [Fact]
    public async Task Scripts_come_from_the_pages_own_folder_alone()
    {
        await using var open = await scene.OpenAsync("trust");
        await Expect(open.Page.Locator("main h1")).ToHaveTextAsync("Trust");
        const string Import = """
            path => new Promise(refused => {
              document.addEventListener('securitypolicyviolation', event => refused(event.blockedURI), { once: true });
              import(path).catch(() => {});
            })
            """;
        foreach (var path in (string[])["/app/script.js", "/node/version", "/explorer/../app/script.js"])
        {
            var expected = new Uri(scene.Ledger.Uri, path).AbsoluteUri;
            var refused = open.Page.EvaluateAsync<string>(Import, path);
            Assert.Equal(expected, await refused.WaitAsync(Patience, TestContext.Current.CancellationToken));
        }
        Assert.True(await open.Page.EvaluateAsync<bool>("import('/explorer/format.js').then(module => module.number(1) === '1')"));
    }

    [Fact]
    public async Task A_proposals_actions_are_shown_as_they_were_proposed()
    {
        await using var open = await scene.OpenAsync($"proposal/{scene.OpenProposal}");
        var actions = open.Page.Locator("section[aria-label=Actions]");
        await Expect(actions.Locator("summary")).ToHaveTextAsync(["set_user_roles"]);
        await Expect(actions.Locator(".j-name")).ToHaveTextAsync(["\"name\"", "\"args\"", "\"user_id\"", "\"roles\""]);
        await Expect(actions.Locator(".j-string").Last).ToHaveTextAsync("\"Reader\"");
        open.NothingWentWrong();
    }

    [Fact]
    public async Task Members_are_named_beside_their_ids_and_so_is_what_they_propose()
    {
        await using var open = await scene.OpenAsync("proposals");
        var row = open.Page.Locator("tr", new() { Has = open.Page.Locator($"a[href='#/proposal/{scene.OpenProposal}']") });
        await Expect(row.Locator("td[data-name=Actions]")).ToHaveTextAsync("set_user_roles");
        await Expect(row.Locator(".person bdi")).ToHaveTextAsync(new Regex("^CN="));
        await Expect(row.Locator(".person .digest")).ToHaveTextAsync(new Regex("^[0-9a-f]{12}…$"));
        await open.Page.EvaluateAsync("location.hash = '#/members'");
        var alice = open.Page.Locator("tr", new() { HasText = "Nordbank" });
        await Expect(alice.Locator(".person bdi")).ToHaveTextAsync("Alice");
        await Expect(alice).ToContainTextAsync("holds a recovery share");
        await Expect(open.Page.Locator("main")).Not.ToContainTextAsync("Whoever runs the machines");
        await open.Page.EvaluateAsync("id => { location.hash = '#/proposal/' + id; }", scene.OpenProposal);
        await Expect(open.Page.Locator("section[aria-label=Votes]")).ToContainTextAsync("Alice");
        open.NothingWentWrong();
    }

    [Fact]
    public async Task The_menu_marks_no_other_page_than_the_one_that_is_shown()
    {
        await using var open = await scene.OpenAsync("signin");
        await Expect(open.Page.Locator("main h1")).ToHaveTextAsync("Who you are");
        await Expect(open.Page.Locator("nav [aria-current]")).ToHaveCountAsync(0);
        await Expect(open.Page.Locator("#who")).ToHaveAttributeAsync("aria-current", "page");
        await open.Page.ClickAsync("nav >> text=Overview");
        await Expect(open.Page.Locator("nav [aria-current]")).ToHaveTextAsync("Overview");
        await Expect(open.Page.Locator("#who[aria-current]")).ToHaveCountAsync(0);
        open.NothingWentWrong();
    }

    [Fact]
    public async Task How_to_judge_a_node_in_an_enclave_is_shown_as_a_command_of_the_tool()
    {
        // As if the node ran in an enclave.
        static Task Attested(IPage page) => page.RouteAsync(new Regex("/gov/service/nodes\\?"), async route =>
        {
            var answer = await route.FetchAsync();
            var nodes = JsonNode.Parse(await answer.TextAsync())!;
            nodes["value"]![0]!["quoteInfo"]!["format"] = "AMD_SEV_SNP_v1";
            nodes["value"]![0]!["address"] = "https://node:8000";
            await route.FulfillAsync(new() { Response = answer, Body = nodes.ToJsonString() });
        });
        await using var open = await scene.OpenAsync("nodes", before: Attested);
        await Expect(open.Page.Locator(".node .notice code"))
            .ToHaveTextAsync("stele attest https://node:8000 --policy policy.json --service-cert service_cert.pem");
        open.NothingWentWrong();
    }

    [Fact]
    public async Task That_nothing_is_attested_is_said_on_every_page_and_loudly()
    {
        await using var open = await scene.OpenAsync("constitution");
        await Expect(open.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Virtual: no enclave. Nothing of this node is attested");
        await open.Page.ClickAsync(".virtual a");
        await Expect(open.Page.Locator("main")).ToContainTextAsync("nothing that this node says of itself is proven");
        open.NothingWentWrong();
    }

    [Fact]
    public async Task Who_is_nobody_sees_what_is_public_and_is_told_how_to_become_somebody()
    {
        await using var open = await scene.OpenAsync(certificate: null);
        await Expect(open.Page.Locator("main")).ToContainTextAsync("Entries are for users of the ledger");
        await Expect(open.Page.Locator("#who")).ToHaveTextAsync("Sign in");
        await open.Page.ClickAsync("nav >> text=Proposals");
        await Expect(open.Page.Locator("main")).ToContainTextAsync("Open");
        await open.Page.ClickAsync("nav >> text=Entries");
        await Expect(open.Page.Locator("main h1")).ToHaveTextAsync("Not for everyone");
        await open.Page.ClickAsync("text=How to sign in");
        await Expect(open.Page.Locator("main")).ToContainTextAsync("No client certificate was presented");
        await Expect(open.Page.Locator("main")).ToContainTextAsync("openssl pkcs12 -export");
        open.NothingWentWrong();
    }

    [Fact]
    public async Task All_of_it_is_reached_by_keyboard()
    {
        await using var open = await scene.OpenAsync("collections");
        await Expect(open.Page.Locator("main h1")).ToHaveTextAsync("Collections");
        var keys = open.Page.Keyboard;
        await keys.PressAsync("Tab");
        await Expect(open.Page.Locator(".skip")).ToBeFocusedAsync();
        await TabToAsync(open.Page, "nav a[href='#/entries']");
        await keys.PressAsync("Enter");
        await Expect(open.Page.Locator("main h1")).ToHaveTextAsync("Entries");
        await Expect(open.Page.Locator("main")).ToBeFocusedAsync();
        await TabToAsync(open.Page, "a.row");
        await keys.PressAsync("Enter");
        await Expect(open.Page.Locator("#verdict")).ToContainTextAsync("Verified");
        await TabToAsync(open.Page, "#tamper");
        await keys.PressAsync("Space");
        await Expect(open.Page.Locator("#verdict")).ToContainTextAsync("Not verified");
        open.NothingWentWrong();
    }

    [Fact]
    public async Task Light_and_dark_are_the_systems_until_somebody_chooses()
    {
        await using var open = await scene.OpenAsync("nodes", colours: ColorScheme.Dark);
        await Expect(open.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await open.Page.ClickAsync("#theme");
        await open.Page.ReloadAsync();
        await Expect(open.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        open.NothingWentWrong();
    }

    private static TimeSpan Patience => TimeSpan.FromSeconds(60);

    private static async Task TabToAsync(IPage page, string selector)
    {
        for (var presses = 0; presses < 80; presses++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector)) return;
        }
        Assert.Fail($"{selector} is not reached.");
    }
}
