using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Stele.Browser.Tests.Explorer;

/// <summary>Entries are found by collection, tag, id and time, and shown as what they are.</summary>
[Collection(ExplorerCollection.Name)]
public sealed class EntriesTests(ExplorerScene scene)
{
    [Fact]
    public async Task The_newest_come_first_and_older_ones_when_asked_for()
    {
        await using var open = await scene.OpenAsync("entries?collection=telemetry&order=descending");
        var rows = open.Page.Locator("a.row");
        await Expect(rows).ToHaveCountAsync(100);
        var newest = SeqNo(await rows.First.Locator(".row-id").InnerTextAsync());
        Assert.True(newest >= scene.MeasurementIds.Max(SeqNo));
        await open.Page.ClickAsync("text=More entries");
        await Expect(rows).ToHaveCountAsync(200);
        var ids = await open.Page.Locator(".row-id").AllInnerTextsAsync();
        Assert.Equal(ids.Select(SeqNo).OrderDescending(), ids.Select(SeqNo));
        await open.Page.SelectOptionAsync("select[name=order]", "ascending");
        await open.Page.ClickAsync("text=Show");
        await Expect(open.Page.Locator(".row-id").First).ToHaveTextAsync(scene.MeasurementIds.MinBy(SeqNo)!);
        await Expect(open.Page.Locator(".row-time time").First).ToHaveAttributeAsync("datetime", new Regex("Z$"));
        open.NothingWentWrong();
    }

    [Fact]
    public async Task They_are_found_by_tag_and_by_id()
    {
        await using var open = await scene.OpenAsync("entries?collection=contracts");
        await Expect(open.Page.Locator("a.row")).ToHaveCountAsync(3);
        await open.Page.FillAsync("input[name=tag]", "signed");
        await open.Page.ClickAsync("text=Show");
        await Expect(open.Page.Locator("a.row")).ToHaveCountAsync(2);
        await open.Page.FillAsync("input[name=id]", "nonsense");
        await open.Page.ClickAsync("text=Show");
        await Expect(open.Page.Locator("main")).ToContainTextAsync("A transaction id is view and seqno");
        await open.Page.FillAsync("input[name=id]", scene.ContractId);
        await open.Page.ClickAsync("text=Show");
        await Expect(open.Page.Locator("main h1")).ToHaveTextAsync($"Entry {scene.ContractId}");
        open.NothingWentWrong();
    }

    [Fact]
    public async Task More_come_once_and_are_asked_for_again_where_that_failed()
    {
        await using var open = await scene.OpenAsync("entries?collection=telemetry&order=descending");
        var rows = open.Page.Locator("a.row");
        await Expect(rows).ToHaveCountAsync(100);
        var next = new Regex("/app/transactions\\?.*toTransactionId=");
        await open.Page.RouteAsync(next, route => route.FulfillAsync(new() { Status = 500, Body = "" }), new() { Times = 1 });
        await open.Page.ClickAsync("text=More entries");
        await Expect(open.Page.Locator(".more")).ToContainTextAsync("The node answered 500.");
        const string TwoClicks = "() => { const button = document.querySelector('.more button'); button.click(); button.click(); }";
        await open.Page.EvaluateAsync(TwoClicks);
        await Expect(rows).ToHaveCountAsync(200);
        await open.Page.ClickAsync("text=More entries");
        await Expect(rows).ToHaveCountAsync(ExplorerScene.Measurements);
    }

    [Fact]
    public async Task Collections_beyond_the_first_page_are_suggested_as_their_names_are_typed()
    {
        // As if there were thousands: the first page has one, and a link on.
        const string First = """{"collections":[{"collectionId":"aa"}],"nextLink":"/app/collections?after=aa"}""";
        static Task Few(IPage page) => page.RouteAsync(
            new Regex("/app/collections\\?api-version=[^&]*$"),
            route => route.FulfillAsync(new() { ContentType = "application/json", Body = First }));
        await using var open = await scene.OpenAsync("entries?collection=contracts", before: Few);
        var names = open.Page.Locator("#collections option");
        await Expect(names).ToHaveCountAsync(1);
        await open.Page.FillAsync("input[name=collection]", "telemetry");
        await Expect(names).ToHaveCountAsync(1);
        await Expect(names).ToHaveAttributeAsync("value", "telemetry");
        await open.Page.FillAsync("input[name=collection]", "te");
        await Expect(names.First).ToHaveAttributeAsync("value", "telemetry");
        await GoAsync(open.Page, "collections");
        await Expect(open.Page.Locator(".collection")).ToHaveTextAsync(["aa"]);
        await open.Page.FillAsync("input[type=search]", "contr");
        await Expect(open.Page.Locator(".collection:visible")).ToHaveTextAsync(["contracts"]);
        await open.Page.FillAsync("input[type=search]", "TELE");
        await Expect(open.Page.Locator(".collection:visible")).ToHaveTextAsync(["telemetry"]);
        await open.Page.FillAsync("input[type=search]", "");
        await Expect(open.Page.Locator(".collection:visible")).ToHaveTextAsync(["aa"]);
        open.NothingWentWrong();
    }

    [Fact]
    public async Task What_draws_nothing_or_turns_the_order_of_reading_is_marked()
    {
        using var client = scene.Ledger.CreateClient();
        var id = await scene.AppendAsync(client, "marked", "pay \u202e001\u202c EUR\u200b to \u05d0\u05d1");
        await using var open = await scene.OpenAsync(ExplorerScene.EntryRoute(id, "marked"));
        await Expect(open.Page.Locator("#contents .unseen")).ToHaveCountAsync(3);
        await Expect(open.Page.Locator("#contents .unseen").First).ToHaveAttributeAsync("data-code", "U+202E");
        await Expect(open.Page.Locator("#contents .contents")).ToHaveCSSAsync("unicode-bidi", "isolate");
        await Expect(open.Page.Locator("#verdict")).ToContainTextAsync("Verified in this browser");
        await Expect(open.Page.Locator(".proof .p-box.round .p-text")).ToContainTextAsync("[U+202E]");
        open.NothingWentWrong();
    }

    [Fact]
    public async Task A_moment_between_two_divides_them()
    {
        using var client = scene.Ledger.CreateClient();
        var before = await SignedAsync(client, await scene.AppendAsync(client, "moments", "before"));
        var after = before;
        for (var n = 0; after == before; n++)
        {
            // The times of signatures are whole seconds.
            await Task.Delay(1100, TestContext.Current.CancellationToken);
            after = await SignedAsync(client, await scene.AppendAsync(client, "moments", $"after {n}"));
        }
        await using var open = await scene.OpenAsync($"entries?collection=moments&from={after}");
        await Expect(open.Page.Locator(".row-text")).ToHaveTextAsync([new Regex("^after")]);
        foreach (var order in (string[])["descending", "ascending"])
        {
            await GoAsync(open.Page, $"entries?collection=moments&to={after}&order={order}");
            await Expect(open.Page.Locator(".row-text").Filter(new() { HasText = "before" })).ToHaveCountAsync(1);
            await Expect(open.Page.Locator(".row-text").Filter(new() { HasText = "after" })).ToHaveCountAsync(0);
        }
        open.NothingWentWrong();
        // From later to earlier: it is said, and the form is there to mend it.
        await GoAsync(open.Page, $"entries?collection=moments&from={after}&to={before}");
        await Expect(open.Page.Locator("main")).ToContainTextAsync("The range is reversed");
        await Expect(open.Page.Locator("input[name=to]")).ToHaveValueAsync(before.TrimEnd('Z'));
    }

    [Fact]
    public async Task An_address_with_times_means_the_same_in_every_time_zone()
    {
        var now = TimeProvider.System.GetUtcNow();
        var inTokyo = now.AddHours(9 - 1).ToString("yyyy-MM-dd'T'HH:mm:01", CultureInfo.InvariantCulture);
        string address;
        await using (var tokyo = await scene.OpenAsync("entries?collection=contracts", zone: "Asia/Tokyo"))
        {
            await Expect(tokyo.Page.Locator("form.search")).ToContainTextAsync("Signed from, your time (GMT+9)");
            await Expect(tokyo.Page.Locator(".row-time time").First).ToContainTextAsync("GMT+9");
            await tokyo.Page.FillAsync("input[name=from]", inTokyo);
            await tokyo.Page.ClickAsync("text=Show");
            await Expect(tokyo.Page).ToHaveURLAsync(new Regex("from="));
            await Expect(tokyo.Page.Locator("input[name=from]")).ToHaveValueAsync(inTokyo);
            await Expect(tokyo.Page.Locator("a.row")).ToHaveCountAsync(3);
            address = new Uri(tokyo.Page.Url).Fragment.TrimStart('#', '/');
            tokyo.NothingWentWrong();
        }
        var inUtc = now.AddHours(-1).ToString("yyyy-MM-dd'T'HH:mm:01", CultureInfo.InvariantCulture);
        Assert.Contains($"from={inUtc}Z", Uri.UnescapeDataString(address), StringComparison.Ordinal);
        await using var open = await scene.OpenAsync(address);
        await Expect(open.Page.Locator("input[name=from]")).ToHaveValueAsync(inUtc);
        await Expect(open.Page.Locator("a.row")).ToHaveCountAsync(3);
        open.NothingWentWrong();
    }

    [Fact]
    public async Task What_is_no_moment_is_said_and_the_form_stays()
    {
        await using var open = await scene.OpenAsync("entries?collection=contracts&from=yesterday");
        await Expect(open.Page.Locator("main")).ToContainTextAsync("yesterday is no moment");
        await Expect(open.Page.Locator("input[name=from]")).ToHaveValueAsync("");
        open.NothingWentWrong();
    }

    [Theory]
    [InlineData("")]
    [InlineData("?collection=telemetry")]
    public async Task An_entry_is_found_by_its_id_in_whichever_collection_it_is(string query)
    {
        await using var open = await scene.OpenAsync($"entry/{scene.ContractId}{query}");
        await Expect(open.Page.Locator("#verdict")).ToContainTextAsync("stand in collection contracts");
        await Expect(open.Page.Locator("#contents .j-number")).ToHaveTextAsync("12500000.00");
        await Expect(open.Page.Locator(".notice.warn")).ToHaveCountAsync(query.Length == 0 ? 0 : 1);
        await Expect(open.Page.Locator("section[aria-label=Receipt]"))
            .ToContainTextAsync($"stele verify receipt-{scene.ContractId}.json --service-cert service_cert.pem");
    }

    [Fact]
    public async Task A_transaction_without_an_entry_is_told_in_the_pages_words()
    {
        await using var open = await scene.OpenAsync("entry/2.1?collection=contracts");
        await Expect(open.Page.Locator("main h1")).ToHaveTextAsync("Not found");
        await Expect(open.Page.Locator("main")).ToContainTextAsync("In collection contracts there is no 2.1; its receipt names no other");
    }

    [Fact]
    public async Task On_a_phone_the_first_entry_is_on_the_first_screen()
    {
        await using var open = await scene.OpenAsync("entries?collection=contracts", size: new ViewportSize { Width = 390, Height = 800 });
        await Expect(open.Page.Locator("a.row").First).ToBeInViewportAsync();
        await Expect(open.Page.Locator("input[name=tag]")).ToBeHiddenAsync();
        await open.Page.ClickAsync("text=By tag, time or id");
        await Expect(open.Page.Locator("input[name=tag]")).ToBeVisibleAsync();
        open.NothingWentWrong();
    }

    [Theory]
    [InlineData(-3600, 3600, 3)]
    [InlineData(-7200, -3600, 0)]
    public async Task They_are_found_by_time(int from, int to, int count)
    {
        var now = TimeProvider.System.GetUtcNow();
        // Of a value without seconds the browser makes a shorter one.
        string At(int seconds) => now.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:01", CultureInfo.InvariantCulture);
        await using var open = await scene.OpenAsync("entries?collection=contracts");
        await open.Page.FillAsync("input[name=from]", At(from));
        if (to < 0) await open.Page.FillAsync("input[name=to]", At(to));
        await open.Page.ClickAsync("text=Show");
        await Expect(open.Page).ToHaveURLAsync(new Regex("from="));
        await Expect(open.Page.Locator("main .loading")).ToHaveCountAsync(0);
        await Expect(open.Page.Locator("a.row")).ToHaveCountAsync(count);
        open.NothingWentWrong();
    }

    [Fact]
    public async Task Json_is_shown_as_json_with_each_number_as_it_was_written()
    {
        await using var open = await scene.OpenAsync(ExplorerScene.EntryRoute(scene.ContractId, "contracts"));
        await Expect(open.Page.Locator("#contents .j-name").First).ToHaveTextAsync("\"contract\"");
        await Expect(open.Page.Locator("#contents .j-number")).ToHaveTextAsync("12500000.00");
        await open.Page.ClickAsync("text=As it was written");
        await Expect(open.Page.Locator("#contents")).ToHaveTextAsync(ExplorerScene.Contract);
        open.NothingWentWrong();
    }

    [Fact]
    public async Task Markup_in_an_entry_stays_text()
    {
        await using var open = await scene.OpenAsync(ExplorerScene.EntryRoute(scene.HostileId, "contracts"));
        await Expect(open.Page.Locator("#contents")).ToHaveTextAsync(ExplorerScene.Hostile);
        await Expect(open.Page.Locator("#verdict")).ToContainTextAsync("Verified in this browser");
        Assert.DoesNotContain("owned", await open.Page.TitleAsync());
        Assert.Equal(0, await open.Page.Locator("#main img").CountAsync());
        open.NothingWentWrong();
    }

    private static Task GoAsync(IPage page, string route) =>
        page.EvaluateAsync("route => { location.hash = '#/' + route; }", route);

    /// <summary>When an entry was signed, as addresses have it.</summary>
    private static async Task<string> SignedAsync(HttpClient client, string id)
    {
        var answer = await client.GetStringAsync(
            $"/app/signatures?api-version=2026-07-31-preview&transactionId={id}", TestContext.Current.CancellationToken);
        return JsonNode.Parse(answer)!["time"]!.GetValue<string>();
    }

    private static long SeqNo(string id) => long.Parse(id.Split('.')[1], CultureInfo.InvariantCulture);
}
